using System.Globalization;
using OrleansLimiter.Policies.Files.Messages;
using OrleansLimiter.Policies.Files.Yaml;

namespace OrleansLimiter.Policies.Files.Reading;

/// <summary>Durations: a whole number and one unit, <c>500ms</c>, <c>60s</c>, <c>1m</c>, <c>2h</c> or <c>1d</c>.</summary>
internal static class Durations
{
    private const string Example = "write it like 500ms, 60s, 1m, 2h or 1d";

    public static TimeSpan? Read(YamlNode node, string what, FaultList faults)
    {
        if (Nodes.Text(node, what, faults, "a duration like 60s") is not { } scalar)
        {
            return null;
        }

        string? fault = Parse(scalar.Value, out var duration);
        if (fault is null)
        {
            return duration;
        }

        faults.Add(node.At, $"{what} is {Quoted.Of(scalar.Value)}{fault}");
        return null;
    }

    private static string? Parse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.StartsWith('-'))
        {
            return ", which is negative; it must be from 1ms to 366d";
        }

        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 0)
        {
            return $", which has no unit; {Example}";
        }

        var number = text.AsSpan(0, digits);
        if (!Values.IsDigits(number) || TicksOf(text.AsSpan(digits)) is not { } unit)
        {
            return $", which is no duration; {Example}";
        }

        // Ten digits of days still fit: the product is compared before it is made.
        if (!long.TryParse(number, CultureInfo.InvariantCulture, out long count)
            || count > Rule.MaxWindow.Ticks / unit || count * unit < Rule.MinWindow.Ticks)
        {
            return "; it must be from 1ms to 366d";
        }

        duration = new(count * unit);
        return null;
    }

    private static long? TicksOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        "d" => TimeSpan.TicksPerDay,
        _ => null,
    };
}
