namespace OrleansLimiter.Policies;

/// <summary>Reads numbers, words and durations. Each method returns null if the node is invalid or missing.</summary>
internal static class Values
{
    public static int? Integer(YamlNode? node, string what, int min, int max, PolicyErrorList errors)
    {
        string expected = $"a whole number from {min} to {max}";
        if (Nodes.Text(node, what, errors, expected) is not { } scalar)
        {
            return null;
        }

        if (scalar.IsPlain && IsDigits(scalar.Value)
            && int.TryParse(scalar.Value, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max)
        {
            return value;
        }

        errors.Add(scalar.At, $"{what} is {Quoted.Of(scalar.Value)}{(scalar.IsPlain ? "" : " in quotes")}; {expected} is expected");
        return null;
    }

    public static T? Choice<T>(YamlNode? node, string what, PolicyErrorList errors, WordTable<T> words)
        where T : struct
    {
        if (Nodes.Text(node, what, errors) is not { } scalar)
        {
            return null;
        }

        if (words.TryGet(scalar.Value, out T value))
        {
            return value;
        }

        errors.AddUnknown(scalar.At, $"{what} is {Quoted.Of(scalar.Value)}", scalar.Value, words.Words);
        return null;
    }

    /// <summary>Reads a duration in the range of the window of a rule.</summary>
    public static TimeSpan? Duration(YamlNode? node, string what, PolicyErrorList errors) =>
        Duration(node, what, errors, Rule.MinWindow, Rule.MaxWindow, "1ms to 366d");

    /// <summary>Reads a duration in a range, which errors name as <paramref name="range"/>.</summary>
    public static TimeSpan? Duration(YamlNode? node, string what, PolicyErrorList errors, TimeSpan min, TimeSpan max, string range)
    {
        const string Example = "write it like 500ms, 60s, 1m, 2h or 1d";
        string bounds = $"it must be from {range}";
        if (Nodes.Text(node, what, errors, "a duration like 60s") is not { Value: var text } scalar)
        {
            return null;
        }

        bool isDuration = DurationText.TryParse(text, out TimeSpan duration) && text is not ['0', >= '0' and <= '9', ..];
        if (isDuration && duration >= min && duration <= max)
        {
            return duration;
        }

        string error = text[0] == '-' ? $", which is negative; {bounds}"
            : !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? $", which has no unit; {Example}"
            : !isDuration ? $", which is not a duration; {Example}"
            : $"; {bounds}";
        errors.Add(scalar.At, $"{what} is {Quoted.Of(text)}{error}");
        return null;
    }

    /// <summary>Whether text has only digits and no leading zero: no sign, point, exponent or underscore.</summary>
    public static bool IsDigits(ReadOnlySpan<char> text) =>
        !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9') && (text.Length == 1 || text[0] != '0');
}
