namespace OrleansLimiter;

/// <summary>
/// The limiter's own clock: monotonic time for decisions, UTC for what leaves the process. It stands apart from
/// the host's and Orleans' clocks so that a test can turn it alone.
/// </summary>
public sealed class LimiterClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();
    private readonly long _frequency = time.TimestampFrequency;

    /// <summary>Where both readings come from; timers of the limiter run on it too.</summary>
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
