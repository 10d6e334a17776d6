using System.Globalization;

namespace OrleansLimiter.Http;

/// <summary>Durations as policy files write them: a whole number and <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
internal static class DurationText
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
    ];

    /// <summary>In seconds where they are whole, as the published limits are: <c>60s</c>; else in milliseconds.</summary>
    public static string Of(TimeSpan duration) => duration.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / TimeSpan.TicksPerSecond}s")
        : string.Create(CultureInfo.InvariantCulture, $"{ReadingJson.Milliseconds(duration)}ms");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach ((string unit, long ticks) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                && count <= long.MaxValue / ticks)
            {
                duration = new(count * ticks);
                return true;
            }
        }

        return false;
    }
}
