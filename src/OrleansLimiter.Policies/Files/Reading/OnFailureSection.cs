using System.Globalization;

namespace OrleansLimiter.Policies;

/// <summary>Reads <c>on-failure:</c>, <c>allow</c>, <c>deny</c> or <c>{ local: { share: 0.5 } }</c>.</summary>
internal static class OnFailureSection
{
    private const int MaxDecimals = 6;

    private static readonly string Word = PolicyWords.OnFailure[OnFailureKind.Local];

    public static OnFailure Read(YamlNode? node, PolicyErrorList errors)
    {
        if (node is null)
        {
            return OnFailure.Allow;
        }

        if (node is YamlMap)
        {
            return Local(node, errors);
        }

        if (node is YamlScalar scalar && scalar.Value == Word)
        {
            errors.Add(node.At, "on-failure is 'local' without a share; write it like { local: { share: 0.5 } }");
            return OnFailure.Allow;
        }

        return Values.Choice(node, "on-failure", errors, PolicyWords.OnFailure) is { } kind ? new(kind) : OnFailure.Allow;
    }

    private static OnFailure Local(YamlNode node, PolicyErrorList errors)
    {
        if (Fields.Open(node, "on-failure", errors, [Word])?.Require(Word) is not { } local
            || Fields.Open(local, Word, errors, ["share"])?.Require("share") is not { } share
            || Nodes.Text(share, "share", errors, "a number above 0 up to 1") is not { } scalar)
        {
            return OnFailure.Allow;
        }

        if (Share(scalar) is { } value)
        {
            return new(OnFailureKind.Local, value);
        }

        errors.Add(share.At, $"share is {Quoted.Of(scalar.Value)}; a number above 0 up to 1 is expected, as in 0.5");
        return OnFailure.Allow;
    }

    private static decimal? Share(YamlScalar scalar)
    {
        string[] parts = scalar.Value.Split('.');
        bool isNumber = scalar.IsPlain && parts.Length <= 2 && Values.IsDigits(parts[0])
            && (parts.Length == 1
                || (parts[1].Length is > 0 and <= MaxDecimals && !parts[1].AsSpan().ContainsAnyExceptInRange('0', '9')));
        return isNumber && decimal.TryParse(scalar.Value, CultureInfo.InvariantCulture, out decimal value) && value is > 0 and <= 1
            ? value
            : null;
    }
}
