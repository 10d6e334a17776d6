using System.Globalization;

namespace OrleansLimiter.Policies.Files;

/// <summary>
/// Durations as policy files and administration write them: a whole number and one unit, <c>500ms</c>, <c>60s</c>, <c>1m</c>,
/// <c>2h</c> or <c>1d</c>.
/// </summary>
public static class DurationText
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
        ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text.</param>
    /// <param name="duration">The duration; <see cref="TimeSpan.MaxValue"/> where it is longer than a <see cref="TimeSpan"/> can be.</param>
    /// <returns>Whether the text is a whole number and a unit.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0)
        {
            return false;
        }

        foreach ((string unit, long ticks) in Units)
        {
            if (text[digits..].SequenceEqual(unit))
            {
                bool fits = long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                    && count <= long.MaxValue / ticks;
                duration = fits ? new(count * ticks) : TimeSpan.MaxValue;
                return true;
            }
        }

        return false;
    }

    /// <summary>In seconds where they are whole, as published limits are: <c>60s</c>; else in milliseconds, rounded up.</summary>
    public static string Format(TimeSpan duration) => duration.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / TimeSpan.TicksPerSecond}s")
        : string.Create(CultureInfo.InvariantCulture, $"{Up(duration.Ticks, TimeSpan.TicksPerMillisecond)}ms");

    /// <summary>
    /// For people: <c>0 s</c>, <c>250 ms</c>, <c>1.5 s</c>, <c>2 min 5 s</c>, <c>1 h</c>, <c>30 d 2 h</c>. Rounded up, so that
    /// waiting as long is enough.
    /// </summary>
    /// <param name="milliseconds">The duration in milliseconds.</param>
    public static string Display(long milliseconds)
    {
        const long Minute = 60;
        const long Hour = 60 * Minute;
        const long Day = 24 * Hour;
        if (milliseconds is > 0 and < 1_000)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds} ms");
        }

        if (milliseconds < Minute * 1_000)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(milliseconds / 100m) / 10:0.#} s");
        }

        long seconds = Up(milliseconds, 1_000);
        (string large, long largeSize, string small, long smallSize) =
            seconds < Hour ? ("min", Minute, "s", 1)
            : seconds < Day ? ("h", Hour, "min", Minute)
            : ("d", Day, "h", Hour);
        (long whole, long rest) = Math.DivRem(Up(seconds, smallSize), largeSize / smallSize);
        string text = string.Create(CultureInfo.InvariantCulture, $"{whole} {large}");
        return rest == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text} {rest} {small}");
    }

    private static long Up(long value, long unit) => (value + unit - 1) / unit;
}
