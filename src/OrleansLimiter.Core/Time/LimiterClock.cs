namespace OrleansLimiter;

/// <summary>
/// The clock of the limiter: monotonic time for decisions, UTC for responses and overrides. It is separate from the clocks of the host
/// and of Orleans, so that a test can advance it alone.
/// </summary>
public sealed class LimiterClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();
    private readonly long _frequency = time.TimestampFrequency;

    /// <summary>The provider of both times. The timers of the limiter run on it as well.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Now, on the monotonic clock, rounded down to 100 ns.</summary>
    public Instant Now
    {
        get
        {
            long elapsed = Time.GetTimestamp() - _origin;
            return new(_frequency switch
            {
                1_000_000_000 => elapsed / 100,
                TimeSpan.TicksPerSecond => elapsed,
                _ => (long)((Int128)elapsed * TimeSpan.TicksPerSecond / _frequency),
            });
        }
    }

    /// <summary>Now, in UTC.</summary>
    public DateTimeOffset UtcNow => Time.GetUtcNow();
}
