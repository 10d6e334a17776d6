namespace OrleansLimiter.Cluster;

/// <summary>Lets one through a second: an outage must not fill a disk with the same line.</summary>
internal sealed class Throttle(LimiterClock clock)
{
    private long _next;

    /// <summary>Whether this one may pass.</summary>
    public bool TryPass()
    {
        long now = clock.Now.Ticks;
        long next = Volatile.Read(ref _next);
        return now >= next && Interlocked.CompareExchange(ref _next, now + TimeSpan.TicksPerSecond, next) == next;
    }
}
