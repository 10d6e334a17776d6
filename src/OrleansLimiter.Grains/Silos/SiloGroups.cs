using System.Collections.Concurrent;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// The groups of this silo: how many live, which number belongs to which, where those of an account are, and which have
/// decayed. A number names one activation and is never given again, so that it cannot reach the wrong group.
/// </summary>
public sealed class SiloGroups : ILocalGroups, IDisposable
{
    /// <summary>The bound on living groups of a silo unless another is given: one million.</summary>
    public const int DefaultMaxGroups = 1_000_000;

    // Before a group that remembers something still is looked at again.
    internal static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, GroupGrain> _grains = new();
    private readonly Sweep _sweep;
    private long _numbers;
    private long _active;
    private long _living;
    private long _swept;
    private long _boundReached;

    /// <summary>Creates the registry of a silo.</summary>
    /// <param name="name">The silo's address, as <c>SiloAddress.ToParsableString</c> writes it.</param>
    /// <param name="clock">The limiter's clock; the sweep's timer runs on it as well.</param>
    /// <param name="maxGroups">The bound on living groups, 1 or more: past it a new key is answered <see cref="GroupNotes.TooManyGroups"/>, keys that live are not affected.</param>
    public SiloGroups(string name, LimiterClock clock, int maxGroups = DefaultMaxGroups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxGroups, 1);
        (Name, Clock, MaxGroups) = (name, clock, maxGroups);
        _sweep = new(clock.Time, QueueTrims, () => LivingGroups >= MaxGroups - MaxGroups / 10);
    }

    /// <summary>Groups that live now.</summary>
    public long LivingGroups => Interlocked.Read(ref _living);

    /// <summary>Groups that have decayed and are gone, since the start.</summary>
    public long SweptGroups => Interlocked.Read(ref _swept);

    /// <summary>Takes that found the bound reached since the start.</summary>
    public long BoundReached => Interlocked.Read(ref _boundReached);

    /// <summary>The bound on living groups.</summary>
    public int MaxGroups { get; }

    /// <summary>Grains that are active now: those of living groups, and some that were only asked.</summary>
    internal long ActiveGrains => Interlocked.Read(ref _active);

    internal LimiterClock Clock { get; }

    /// <summary>The silo's address as text, the key of its <see cref="ISiloGrain"/>.</summary>
    internal string Name { get; }

    /// <summary>
    /// Whether grains of groups that do not live (somebody read them, or could not take) should go at once instead of with the
    /// next sweep: there are a tenth more grains than groups may live.
    /// </summary>
    internal bool IsCrowded => ActiveGrains > MaxGroups + MaxGroups / 10;

    /// <summary>Stops the sweep.</summary>
    public void Dispose() => _sweep.Dispose();

    /// <inheritdoc/>
    ILocalGroup? ILocalGroups.Find(GroupHome home) => home.Silo == Name ? Find(home.Number) : null;

    /// <summary>The group of a number; null where it is gone.</summary>
    internal LivingGroup? Find(long number) => _grains.TryGetValue(number, out GroupGrain? grain) ? grain.Group : null;

    /// <summary>Adds a grain; its number.</summary>
    internal long Add(GroupGrain grain)
    {
        long number = Interlocked.Increment(ref _numbers);
        _grains[number] = grain;
        Interlocked.Increment(ref _active);
        return number;
    }

    internal bool TryOpen()
    {
        if (Interlocked.Increment(ref _living) <= MaxGroups)
        {
            return true;
        }

        Interlocked.Decrement(ref _living);
        Interlocked.Increment(ref _boundReached);
        return false;
    }

    internal void Remove(long number, bool counted)
    {
        if (!_grains.TryRemove(number, out _))
        {
            return;
        }

        Interlocked.Decrement(ref _active);
        if (counted)
        {
            Interlocked.Decrement(ref _living);
            Interlocked.Increment(ref _swept);
        }
    }

    /// <summary>The grains here whose keys begin so. Looks at every one: for administration.</summary>
    internal IEnumerable<GrainId> StartingWith(string prefix) => _grains
        .Select(pair => pair.Value.GrainContext.GrainId)
        .Where(id => id.Key.ToString()!.StartsWith(prefix, StringComparison.Ordinal));

    // A group is looked at in a turn of its own grain, so that none is dropped while it takes. One that cannot have
    // decayed yet is not bothered.
    private void QueueTrims()
    {
        Instant now = Clock.Now;
        foreach ((_, GroupGrain grain) in _grains)
        {
            if (grain.Group.Due <= now)
            {
                grain.GrainContext.Scheduler.QueueAction(static state => ((GroupGrain)state).Trim(), grain);
            }
        }
    }
}
