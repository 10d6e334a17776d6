namespace OrleansLimiter.Cluster;

/// <summary>Lets one pass in each period, a second by default: an outage must not fill a disk with the same line.</summary>
internal sealed class Throttle(LimiterClock clock, TimeSpan? period = null)
{
    private readonly long _period = (period ?? TimeSpan.FromSeconds(1)).Ticks;
    private long _next;

    /// <summary>Whether this one may pass.</summary>
    public bool TryPass()
    {
        long now = clock.Now.Ticks;
        long next = Volatile.Read(ref _next);
        return now >= next && Interlocked.CompareExchange(ref _next, now + _period, next) == next;
    }
}
