namespace OrleansLimiter.Decisions;

/// <summary>When one decision must be made. A reading of the clock; no timer runs for it by itself.</summary>
/// <param name="Due">The moment, as <paramref name="Time"/> stamps it.</param>
/// <param name="Time">What it is measured by.</param>
internal readonly record struct Deadline(long Due, TimeProvider Time)
{
    public static Deadline In(TimeSpan span, TimeProvider time) =>
        new(time.GetTimestamp() + (long)Math.Ceiling(span.Ticks * ((double)time.TimestampFrequency / TimeSpan.TicksPerSecond)), time);

    /// <summary>How long until then, rounded up to a millisecond, the step of timers; never negative.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan left = Time.GetElapsedTime(Time.GetTimestamp(), Due);
            return left > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : TimeSpan.Zero;
        }
    }

    /// <summary>Whether it has passed.</summary>
    public bool IsOver => Time.GetTimestamp() >= Due;
}
