using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter.Grains;

/// <summary>
/// The groups of this silo, by number and by account. A number identifies one activation and is never reused, so that an operation
/// cannot reach the wrong group.
/// </summary>
public sealed class SiloGroupRegistry : IDisposable
{
    /// <summary>
    /// The number of grains whose sweep begins in a step of 100 ms, for each processor: 200, so 2,000 per second. To deactivate a grain
    /// takes up to about 0.08 ms of a processor, so that the sweep uses less than a fifth of the processors.
    /// </summary>
    internal const int TrimsPerStep = 200;

    /// <summary>The factor by which the sweep is faster while groups are near their bound: 3.</summary>
    internal const int TrimFactorNearBound = 3;

    private readonly PacedQueue<GroupGrain> _trims;
    private readonly StripedDictionary<long, GroupGrain> _grains = new();
    private long _numbers;
    private long _active;

    /// <summary>Creates the registry of a silo.</summary>
    /// <param name="name">The address of the silo, as <c>SiloAddress.ToParsableString</c> writes it.</param>
    /// <param name="clock">The clock of the limiter and of the timer of the sweep.</param>
    /// <param name="maxGroups">The maximum number of living groups, 1 or more.</param>
    /// <param name="maxGroupMemory">
    /// The maximum of the estimated memory of living groups and their grains in bytes, 1 or more; null for
    /// <see cref="LivingGroups.DefaultMaxBytes"/>.
    /// </param>
    public SiloGroupRegistry(
        string name, LimiterClock clock, int maxGroups = LivingGroups.DefaultMax, long? maxGroupMemory = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxGroups, 1);
        Name = name;
        _trims = new(clock, () => StepOf(Living!.IsNearBound), QueueTrim);
        Living = new(clock, maxGroups, () => _trims.RunAll(Due()), maxGroupMemory);
    }

    /// <summary>The living groups, their bound and their sweep.</summary>
    public LivingGroups Living { get; }

    /// <summary>
    /// The names of groups that have ended, and of which the storage of counts has a state with permits that were returned meanwhile.
    /// </summary>
    internal ConcurrentQueue<byte[]> EndedForStorage { get; } = new();

    /// <summary>The acquisitions that reach the groups without a call of their grains.</summary>
    internal AcquisitionCounters Acquisitions { get; } = new();

    /// <summary>The number of active grains: those of living groups, and some that were only read.</summary>
    internal long ActiveGrains => Interlocked.Read(ref _active);

    /// <summary>The active grains.</summary>
    internal IEnumerable<GroupGrain> Grains => _grains.Select(pair => pair.Value);

    /// <summary>The address of the silo as text, which is the key of its <see cref="ISiloGrain"/>.</summary>
    internal string Name { get; }

    /// <summary>
    /// Whether there are a tenth more grains than the maximum number of living groups, or than fit into their memory. Grains without a
    /// living group (they were only read, or an acquisition was refused) are then deactivated immediately instead of by the next sweep.
    /// </summary>
    internal bool HasTooManyGrains
    {
        get
        {
            long grains = ActiveGrains;
            long unused = Math.Max(0, grains - Living.Count);
            return grains > Living.Max + Living.Max / 10
                || Living.Bytes + (unused * GrainOwner.BaseBytes) > Living.MaxBytes + (Living.MaxBytes / 10);
        }
    }

    /// <summary>Stops the sweep.</summary>
    public void Dispose()
    {
        Living.Dispose();
        _trims.Dispose();
    }

    /// <summary>The number of grains whose sweep begins in a step.</summary>
    internal static int StepOf(bool nearBound) => TrimsPerStep * Environment.ProcessorCount * (nearBound ? TrimFactorNearBound : 1);

    /// <summary>Takes a group that has changed from the queue, if there is any and its grain has not been deactivated.</summary>
    internal bool TryTakeChanged([NotNullWhen(true)] out GroupGrain? grain)
    {
        grain = null;
        while (grain is null && Living.Changes?.TryDequeue(out BucketGroupEntry? group) == true)
        {
            grain = (group as GrainGroup)?.Grain;
        }

        return grain is not null;
    }

    /// <summary>Finds the grain of a number; null if it has been deactivated.</summary>
    internal GroupGrain? Find(long number) => _grains.TryGetValue(number, out GroupGrain? grain) ? grain : null;

    /// <summary>Adds a grain and returns its number.</summary>
    internal long Add(GroupGrain grain)
    {
        long number = Interlocked.Increment(ref _numbers);
        _grains[number] = grain;
        Interlocked.Increment(ref _active);
        return number;
    }

    internal void Remove(long number)
    {
        if (_grains.TryRemove(number, out _))
        {
            Interlocked.Decrement(ref _active);
        }
    }

    /// <summary>The number of living groups that count against the bound of an account.</summary>
    internal int CountOf(Account account) => Living.Accounts.Of(account);

    /// <summary>Finds the grains with a key prefix. Visits every grain; for administration.</summary>
    internal IEnumerable<GrainId> StartingWith(string prefix) => Grains
        .Select(grain => grain.GrainContext.GrainId)
        .Where(id => id.Key.ToString()!.StartsWith(prefix, StringComparison.Ordinal));

    // The grains without those whose group cannot have decayed yet.
    private IEnumerable<GroupGrain> Due()
    {
        Instant now = Living.Clock.Now;
        return Grains.Where(grain => grain.Group.Due <= now);
    }

    // A group is ended in a turn of its grain, so that no call reaches the activation after the end of the group.
    private static void QueueTrim(GroupGrain grain) =>
        grain.GrainContext.Scheduler.QueueAction(static state => ((GroupGrain)state).Trim(), grain);
}
