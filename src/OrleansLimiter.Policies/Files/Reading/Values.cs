using System.Globalization;
using OrleansLimiter.Policies.Files.Messages;
using OrleansLimiter.Policies.Files.Yaml;

namespace OrleansLimiter.Policies.Files.Reading;

/// <summary>Numbers and choices, written the one way that a policy file writes them.</summary>
internal static class Values
{
    public static int? Whole(YamlNode node, string what, int min, int max, FaultList faults)
    {
        string expected = $"a whole number from {min} to {max}";
        if (Nodes.Text(node, what, faults, expected) is not { } scalar)
        {
            return null;
        }

        if (scalar.IsPlain && IsDigits(scalar.Value)
            && int.TryParse(scalar.Value, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max)
        {
            return value;
        }

        faults.Add(node.At, $"{what} is {Quoted.Of(scalar.Value)}{(scalar.IsPlain ? "" : " in quotes")}; {expected} is expected");
        return null;
    }

    public static T? Choice<T>(YamlNode node, string what, FaultList faults, params ReadOnlySpan<(string Word, T Value)> choices)
        where T : struct
    {
        if (Nodes.Text(node, what, faults) is not { } scalar)
        {
            return null;
        }

        var words = new List<string>();
        foreach (var (word, value) in choices)
        {
            if (word == scalar.Value)
            {
                return value;
            }

            words.Add(word);
        }

        faults.AddUnknown(node.At, $"{what} is {Quoted.Of(scalar.Value)}", scalar.Value, words);
        return null;
    }

    /// <summary>Digits only, no leading zero: no sign, point, exponent, hex, octal or underscore.</summary>
    public static bool IsDigits(ReadOnlySpan<char> text) =>
        !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9') && (text.Length == 1 || text[0] != '0');
}
