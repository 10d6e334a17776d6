using System.Collections.Concurrent;
using Orleans.Runtime;

namespace OrleansLimiter.Grains;

/// <summary>
/// The groups of this silo: how many live, where those of an account are, and which have decayed. Decisions touch
/// it when a group comes to life, and not again.
/// </summary>
public sealed class SiloGroups : IDisposable
{
    /// <summary>The bound on living groups of a silo unless another is given: one million.</summary>
    public const int DefaultMaxGroups = 1_000_000;

    // Before a group that remembers something still is looked at again.
    internal static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<GroupGrain, byte> _grains = new(ReferenceEqualityComparer.Instance);
    private readonly Sweep _sweep;
    private long _active;
    private long _living;
    private long _swept;
    private long _boundReached;

    /// <summary>Creates the registry of a silo.</summary>
    /// <param name="clock">The limiter's clock; the sweep's timer runs on it as well.</param>
    /// <param name="maxGroups">The bound on living groups, 1 or more: past it a new key is answered <see cref="GroupNotes.TooManyGroups"/>, keys that live are not affected.</param>
    public SiloGroups(LimiterClock clock, int maxGroups = DefaultMaxGroups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxGroups, 1);
        (Clock, MaxGroups) = (clock, maxGroups);
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

    /// <summary>
    /// Whether grains of groups that do not live (somebody read them, or could not take) should go at once instead of with the
    /// next sweep: there are a tenth more grains than groups may live.
    /// </summary>
    internal bool IsCrowded => ActiveGrains > MaxGroups + MaxGroups / 10;

    /// <summary>Stops the sweep.</summary>
    public void Dispose() => _sweep.Dispose();

    internal void Add(GroupGrain grain)
    {
        if (_grains.TryAdd(grain, 0))
        {
            Interlocked.Increment(ref _active);
        }
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

    internal void Remove(GroupGrain grain, bool living)
    {
        if (!_grains.TryRemove(grain, out _))
        {
            return;
        }

        Interlocked.Decrement(ref _active);
        if (living)
        {
            Interlocked.Decrement(ref _living);
            Interlocked.Increment(ref _swept);
        }
    }

    /// <summary>The grains here whose keys begin so. Looks at every one: for administration.</summary>
    internal IEnumerable<GrainId> StartingWith(string prefix) => _grains.Keys
        .Select(grain => grain.GrainContext.GrainId)
        .Where(id => id.Key.ToString()!.StartsWith(prefix, StringComparison.Ordinal));

    // A group is looked at in a turn of its own grain, so that none is dropped while it takes. One that cannot have
    // decayed yet is not bothered.
    private void QueueTrims()
    {
        Instant now = Clock.Now;
        foreach ((GroupGrain grain, _) in _grains)
        {
            if (grain.Due <= now)
            {
                grain.GrainContext.Scheduler.QueueAction(static state => ((GroupGrain)state).Trim(), grain);
            }
        }
    }
}
