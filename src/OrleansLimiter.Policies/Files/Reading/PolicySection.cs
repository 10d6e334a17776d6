namespace OrleansLimiter.Policies;

/// <summary>The valid parts of a policy.</summary>
/// <param name="Definition">The policy; null if there are errors.</param>
/// <param name="Name">The name; null if it is invalid.</param>
/// <param name="NameAt">The position of the name.</param>
/// <param name="DomainAt">The position of the domain of <c>rls</c>, or of the name.</param>
internal sealed record PolicyDraft(PolicyDefinition? Definition, string? Name, Mark NameAt, Mark DomainAt);

/// <summary>Reads a policy: first each section, then the checks between sections.</summary>
internal static class PolicySection
{
    private static readonly ImmutableArray<string> Keys =
    [
        "policy", "generation", "description", "identity", "endpoints", "unlisted", "ids", "paths", "limits", "unlimited",
        "responses", "on-failure", "deadline", "account-groups", "rls",
    ];

    // The required keys.
    private static readonly ImmutableArray<string> Marks = ["policy", "generation", "identity", "limits"];

    /// <summary>
    /// Whether a file is a policy, valid or not: it has a name, or at least two of the required keys. Errors quote a policy, but no other
    /// file, because a link in the folder of policies can lead to any file.
    /// </summary>
    public static bool IsPolicy(YamlNode root) => root is YamlMap map
        && (map.Entries.Count(entry => Marks.Contains(entry.Key.Value)) > 1
            || map.Entries.Any(entry => entry.Key.Value == "policy" && entry.Value is YamlScalar name
                && Names.Policy.Validate(name.Value) is null));

    public static PolicyDraft Read(YamlNode root, PolicyErrorList errors)
    {
        if (Fields.Open(root, "the policy", errors, Keys) is not { } fields)
        {
            return new(null, null, default, default);
        }

        var nameNode = fields.Require("policy");
        string? name = Names.Policy.Read(nameNode, "the policy's name", errors);
        int? generation = Values.Integer(fields.Require("generation"), "generation", 1, int.MaxValue, errors);
        var identity = IdentitySection.Read(fields.Require("identity"), errors);
        var paths = PathsSection.Read(fields.Find("paths"), errors);
        var endpoints = new EndpointsSection(paths, errors).Read(fields.Find("endpoints"));
        var unlisted = Values.Choice(fields.Find("unlisted"), "unlisted", errors, PolicyWords.Unlisted) ?? PolicyWords.Unlisted.First;
        var conditions = new ConditionSection(identity, endpoints);
        var limits = new LimitSection(conditions, identity, errors).Read(fields.Require("limits"));
        var unlimited = UnlimitedSection.Read(fields.Find("unlimited"), conditions, errors);
        var definition = new PolicyDefinition
        {
            Name = name ?? "",
            Generation = generation ?? 1,
            Description = Description(fields.Find("description"), errors),
            Account = identity.Account,
            Attributes = identity.Attributes,
            Empty = identity.Empty,
            Endpoints = endpoints.Endpoints,
            Unlisted = unlisted,
            IdPrefixes = IdPrefixes(fields.Find("ids"), unlisted, errors),
            Paths = paths,
            Limits = [],
            Unlimited = [.. unlimited.Entries.Select(entry => entry.When)],
            Responses = ResponsesSection.Read(fields.Find("responses"), limits, errors),
            OnFailure = OnFailureSection.Read(fields.Find("on-failure"), errors),
            Deadline = Values.Duration(
                fields.Find("deadline"), "deadline", errors, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), "1ms to 10s"),
            AccountGroups = AccountGroupsSection.Read(fields.Find("account-groups"), errors),
            Rls = RlsSection.Read(fields.Find("rls"), identity, errors),
        };
        var (limitsAt, unlistedAt) = (fields.KeyAt("limits"), fields.KeyAt("unlisted"));
        PolicyChecks.Run(new(identity, endpoints, paths, unlisted, limits, unlimited, limitsAt, unlistedAt), errors);
        return new(
            errors.Count == 0 ? definition with { Limits = [.. limits.Select(limit => limit.ToDefinition())] } : null,
            name,
            nameNode?.At ?? default,
            (RlsSection.DomainOf(fields.Find("rls")) ?? nameNode)?.At ?? default);
    }

    private static string Description(YamlNode? node, PolicyErrorList errors)
    {
        string text = Nodes.Text(node, "description", errors)?.Value ?? "";
        if (text.Length > PolicyBounds.MaxTextLength)
        {
            errors.Add(node!.At, $"description has {text.Length} characters; at most {PolicyBounds.MaxTextLength} are expected");
        }

        return text;
    }

    private static ImmutableArray<string> IdPrefixes(YamlNode? node, Unlisted unlisted, PolicyErrorList errors)
    {
        if (node is not null && unlisted == Unlisted.Shared)
        {
            errors.Warn(node.At, "ids has no effect with 'unlisted: shared'; leave it out");
        }

        var words = Nodes.Words(node, "ids", errors);
        return [.. words.Select(word => Names.IdPrefix.Read(word, "a prefix of ids", errors)).OfType<string>()];
    }
}
