namespace OrleansLimiter.Cluster;

/// <summary>Limits a call or a log line to one per period. The default period is 1 s.</summary>
internal sealed class Throttle(LimiterClock clock, TimeSpan? period = null)
{
    private readonly long _period = (period ?? TimeSpan.FromSeconds(1)).Ticks;
    private long _next;

    /// <summary>Whether this is the first attempt of a period.</summary>
    public bool TryPass()
    {
        long now = clock.Now.Ticks;
        long next = Volatile.Read(ref _next);
        return now >= next && Interlocked.CompareExchange(ref _next, now + _period, next) == next;
    }
}
