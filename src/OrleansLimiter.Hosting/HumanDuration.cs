namespace OrleansLimiter.Hosting;

/// <summary>Formats durations for output.</summary>
public static class HumanDuration
{
    private const long Minute = 60;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    /// <summary>
    /// Formats a duration in at most two units: <c>0 s</c>, <c>250 ms</c>, <c>1.5 s</c>, <c>2 min 5 s</c>, <c>1 h</c>, <c>30 d 2 h</c>.
    /// Rounds up, so that waiting for the result is enough.
    /// </summary>
    /// <param name="milliseconds">The duration, 0 or more.</param>
    public static string Format(long milliseconds)
    {
        if (milliseconds < Minute * 1_000)
        {
            return milliseconds is > 0 and < 1_000 ? $"{milliseconds} ms" : $"{Math.Ceiling(milliseconds / 100m) / 10:0.#} s";
        }

        long seconds = Up(milliseconds, 1_000);
        (string large, long largeSize, string small, long smallSize) =
            seconds < Hour ? ("min", Minute, "s", 1)
            : seconds < Day ? ("h", Hour, "min", Minute)
            : ("d", Day, "h", Hour);
        (long whole, long rest) = Math.DivRem(Up(seconds, smallSize), largeSize / smallSize);
        return rest == 0 ? $"{whole} {large}" : $"{whole} {large} {rest} {small}";
    }

    private static long Up(long value, long unit) => (value + unit - 1) / unit;
}
