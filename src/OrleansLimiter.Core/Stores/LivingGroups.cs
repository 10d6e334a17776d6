namespace OrleansLimiter;

/// <summary>The bound on the living groups of a store or silo, their counters, and the sweep that ends decayed groups.</summary>
public sealed class LivingGroups : IDisposable
{
    /// <summary>The default bound: one million groups, about 300 MB with short windows.</summary>
    public const int DefaultMax = 1_000_000;

    private readonly Sweep _sweep;
    private long _count;
    private long _swept;
    private long _boundReached;

    /// <summary>Starts sweeping.</summary>
    /// <param name="clock">The limiter's clock; the sweep's timer runs on it as well.</param>
    /// <param name="max">
    /// The bound, 1 or more. Above it, an acquisition for a new key is unavailable with <see cref="GroupNotes.TooManyGroups"/>;
    /// living groups are not affected.
    /// </param>
    /// <param name="sweep">Calls <see cref="BucketGroupEntry.TryEnd"/> for every group that is due.</param>
    public LivingGroups(LimiterClock clock, int max, Action sweep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        (Clock, Max) = (clock, max);
        _sweep = new(clock.Time, sweep, () => Count >= Max - Max / 10);
    }

    /// <summary>The clock of the groups.</summary>
    public LimiterClock Clock { get; }

    /// <summary>The bound.</summary>
    public int Max { get; }

    /// <summary>The number of living groups.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The number of groups that decayed and were ended since the start.</summary>
    public long Swept => Interlocked.Read(ref _swept);

    /// <summary>The number of acquisitions that the bound made unavailable since the start.</summary>
    public long BoundReached => Interlocked.Read(ref _boundReached);

    /// <summary>Stops the sweep.</summary>
    public void Dispose() => _sweep.Dispose();

    /// <summary>Counts one more group; false if the bound is reached, so that the acquisition is unavailable.</summary>
    internal bool TryAdd()
    {
        if (TryAddOneOfSeveral())
        {
            return true;
        }

        Interlocked.Increment(ref _boundReached);
        return false;
    }

    /// <summary>Counts one more group of a joint acquisition. If the bound is reached, each group is tried by itself afterwards.</summary>
    internal bool TryAddOneOfSeveral()
    {
        if (Interlocked.Increment(ref _count) <= Max)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    internal void Remove(bool swept)
    {
        Interlocked.Decrement(ref _count);
        if (swept)
        {
            Interlocked.Increment(ref _swept);
        }
    }
}
