namespace OrleansLimiter.Cluster;

/// <summary>Extension methods of <see cref="Reading"/>.</summary>
internal static class ReadingExtensions
{
    /// <summary>Reduces the times of a reading by the time that has passed since. They do not become negative.</summary>
    public static Reading After(this in Reading reading, TimeSpan passed) => reading with
    {
        Next = Reduce(reading.Next, passed),
        Reset = Reduce(reading.Reset, passed),
        RetryAfter = Reduce(reading.RetryAfter, passed),
    };

    private static TimeSpan Reduce(TimeSpan time, TimeSpan passed) => time > passed ? time - passed : TimeSpan.Zero;
}
