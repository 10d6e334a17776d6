namespace OrleansLimiter.Decisions;

/// <summary>Lets one log entry pass per second, and counts the others, so that an error of every request does not fill the log.</summary>
internal sealed class ErrorInterval(LimiterClock clock)
{
    /// <summary>The minimum time between two log entries: 1 s.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Instant? _logged;
    private int _unlogged;

    /// <summary>Whether an entry can be logged; then <paramref name="unlogged"/> is the number of those that were not.</summary>
    public bool TryPass(out int unlogged)
    {
        lock (_gate)
        {
            unlogged = _unlogged;
            Instant now = clock.Now;
            if (now < _logged + Interval)
            {
                _unlogged++;
                return false;
            }

            (_logged, _unlogged) = (now, 0);
            return true;
        }
    }
}
