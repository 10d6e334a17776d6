using System.Globalization;

namespace OrleansLimiter.Policies;

/// <summary>Numbers and choices, written the one way that a policy file writes them.</summary>
internal static class Values
{
    public static int? Whole(YamlNode node, string what, int min, int max, PolicyErrorList errors)
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

        errors.Add(node.At, $"{what} is {Quoted.Of(scalar.Value)}{(scalar.IsPlain ? "" : " in quotes")}; {expected} is expected");
        return null;
    }

    /// <summary>One of the words of a table.</summary>
    public static T? Choice<T>(YamlNode node, string what, PolicyErrorList errors, WordTable<T> words)
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

        errors.AddUnknown(node.At, $"{what} is {Quoted.Of(scalar.Value)}", scalar.Value, words.Words);
        return null;
    }

    /// <summary>A duration that a rule can have as its window.</summary>
    public static TimeSpan? Duration(YamlNode node, string what, PolicyErrorList errors)
    {
        if (Nodes.Text(node, what, errors, "a duration like 60s") is not { } scalar)
        {
            return null;
        }

        bool isDuration = DurationText.TryParse(scalar.Value, out TimeSpan duration);
        if (isDuration && duration >= Rule.MinWindow && duration <= Rule.MaxWindow && !HasLeadingZero(scalar.Value))
        {
            return duration;
        }

        const string Example = "write it like 500ms, 60s, 1m, 2h or 1d";
        const string Bounds = "it must be from 1ms to 366d";
        string error = scalar.Value[0] == '-' ? $", which is negative; {Bounds}"
            : !scalar.Value.AsSpan().ContainsAnyExceptInRange('0', '9') ? $", which has no unit; {Example}"
            : !isDuration || HasLeadingZero(scalar.Value) ? $", which is no duration; {Example}"
            : $"; {Bounds}";
        errors.Add(node.At, $"{what} is {Quoted.Of(scalar.Value)}{error}");
        return null;
    }

    private static bool HasLeadingZero(string text) => text is ['0', >= '0' and <= '9', ..];

    /// <summary>Digits only, no leading zero: no sign, point, exponent, hex, octal or underscore.</summary>
    public static bool IsDigits(ReadOnlySpan<char> text) =>
        !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9') && (text.Length == 1 || text[0] != '0');
}
