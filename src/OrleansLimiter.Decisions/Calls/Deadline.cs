using System.Numerics;

namespace OrleansLimiter.Decisions;

/// <summary>The deadline of one decision, as a timestamp. It has no timer of its own.</summary>
/// <param name="Due">The timestamp of the deadline, of <paramref name="Time"/>.</param>
/// <param name="Time">The time provider.</param>
/// <param name="Magnitude">The logarithm of the whole duration in milliseconds: 0 to <see cref="MaxMagnitude"/>.</param>
internal readonly record struct Deadline(long Due, TimeProvider Time, int Magnitude)
{
    /// <summary>The magnitude of <see cref="LimiterOptions.MaxDeadline"/>: 13, from 8,192 ms on.</summary>
    public const int MaxMagnitude = 13;

    public static Deadline In(TimeSpan span, TimeProvider time) => new(
        time.GetTimestamp() + (long)Math.Ceiling(span.Ticks * ((double)time.TimestampFrequency / TimeSpan.TicksPerSecond)),
        time,
        Math.Min(BitOperations.Log2((uint)span.TotalMilliseconds), MaxMagnitude));

    /// <summary>The remaining time, rounded up to a millisecond (the resolution of timers); never negative.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan left = Time.GetElapsedTime(Time.GetTimestamp(), Due);
            return left > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : TimeSpan.Zero;
        }
    }

    /// <summary>Whether the deadline has passed.</summary>
    public bool IsOver => Time.GetTimestamp() >= Due;
}
