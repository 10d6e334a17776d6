using System.Globalization;

namespace OrleansLimiter.Policies;

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

    private static long Up(long value, long unit) => (value + unit - 1) / unit;
}
