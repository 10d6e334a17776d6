namespace OrleansLimiter.Policies;

/// <summary>Reads <c>account-groups:</c>, for example <c>{ max: 1000, beyond: refuse }</c>.</summary>
internal static class AccountGroupsSection
{
    private static readonly ImmutableArray<string> Keys = ["max", "beyond"];

    public static AccountGroupsDefinition Read(YamlNode? node, PolicyErrorList errors)
    {
        if (Fields.Open(node, "account-groups", errors, Keys) is not { } fields)
        {
            return new();
        }

        return new(
            Values.Integer(fields.Find("max"), "max of account-groups", 1, AccountGroupsDefinition.MostMax, errors)
                ?? AccountGroupsDefinition.DefaultMax,
            Values.Choice(fields.Find("beyond"), "beyond of account-groups", errors, PolicyWords.BeyondAccountGroups)
                ?? PolicyWords.BeyondAccountGroups.First);
    }
}
