namespace OrleansLimiter.Policies;

/// <summary>Reads <c>on-failure:</c>, <c>allow</c>, <c>deny</c> or <c>{ local: { share: 0.5 } }</c>.</summary>
internal static class OnFailureSection
{
    private const int MaxDecimals = 6;
    private const string Expected = "a number above 0 up to 1";

    private static readonly string LocalKey = PolicyWords.OnFailure[OnFailureKind.Local];

    public static OnFailure Read(YamlNode? node, PolicyErrorList errors)
    {
        if (node is YamlMap)
        {
            return Local(node, errors);
        }

        if (node is YamlScalar scalar && scalar.Value == LocalKey)
        {
            errors.Add(node.At, "on-failure is 'local' without a share; write it like { local: { share: 0.5 } }");
            return OnFailure.Allow;
        }

        return Values.Choice(node, "on-failure", errors, PolicyWords.OnFailure) is { } kind ? new(kind) : OnFailure.Allow;
    }

    private static OnFailure Local(YamlNode node, PolicyErrorList errors)
    {
        var local = Fields.Open(Fields.Open(node, "on-failure", errors, [LocalKey])?.Require(LocalKey), LocalKey, errors, ["share"]);
        if (Nodes.Text(local?.Require("share"), "share", errors, Expected) is not { } scalar)
        {
            return OnFailure.Allow;
        }

        if (Share(scalar) is { } value)
        {
            return new(OnFailureKind.Local, value);
        }

        errors.Add(scalar.At, $"share is {Quoted.Of(scalar.Value)}; {Expected} is expected, as in 0.5");
        return OnFailure.Allow;
    }

    private static decimal? Share(YamlScalar scalar)
    {
        bool isNumber = scalar.IsPlain && scalar.Value.Split('.') switch
        {
            [var whole] => Values.IsDigits(whole),
            [var whole, { Length: > 0 and <= MaxDecimals } decimals] =>
                Values.IsDigits(whole) && !decimals.AsSpan().ContainsAnyExceptInRange('0', '9'),
            _ => false,
        };
        return isNumber && decimal.TryParse(scalar.Value, CultureInfo.InvariantCulture, out decimal value) && value is > 0 and <= 1
            ? value
            : null;
    }
}
