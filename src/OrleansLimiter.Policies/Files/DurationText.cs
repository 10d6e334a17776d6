namespace OrleansLimiter.Policies;

/// <summary>
/// The format of durations in policy files and administration: a whole number and one unit, such as <c>500ms</c>, <c>60s</c>,
/// <c>1m</c>, <c>2h</c> or <c>1d</c>.
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

    /// <summary>Reads a duration. One that is too long for a <see cref="TimeSpan"/> becomes <see cref="TimeSpan.MaxValue"/>.</summary>
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

    /// <summary>Writes a duration in whole seconds, such as <c>60s</c>, or else in milliseconds, rounded up.</summary>
    public static string Format(TimeSpan duration) => duration.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / TimeSpan.TicksPerSecond}s")
        : string.Create(
            CultureInfo.InvariantCulture, $"{(duration.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond}ms");
}
