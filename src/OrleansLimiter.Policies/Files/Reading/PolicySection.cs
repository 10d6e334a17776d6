using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>A policy as far as it could be read.</summary>
/// <param name="Definition">The policy; to be trusted only where there is no fault.</param>
/// <param name="Name">Its name; null where it has no valid one.</param>
/// <param name="NameAt">Where the name stands.</param>
internal sealed record PolicyDraft(PolicyDefinition? Definition, string? Name, Mark NameAt);

/// <summary>Reads a whole policy: first every part by itself, then what must hold between them.</summary>
internal static class PolicySection
{
    private static readonly ImmutableArray<string> Keys =
    [
        "policy", "generation", "description", "identity", "endpoints", "unlisted", "ids", "paths", "limits", "unlimited",
        "responses", "on-failure",
    ];

    public static PolicyDraft Read(YamlNode root, FaultList faults)
    {
        if (Fields.Open(root, "the policy", faults, Keys) is not { } fields)
        {
            return new(null, null, default);
        }

        var nameNode = fields.Require("policy");
        string? name = nameNode is null ? null : Names.Policy.Read(nameNode, "the policy's name", faults);
        int? generation = fields.Require("generation") is { } number
            ? Values.Whole(number, "generation", 1, int.MaxValue, faults)
            : null;
        var identity = IdentitySection.Read(fields.Require("identity"), faults);
        var paths = PathsSection.Read(fields.Find("paths"), faults);
        var endpoints = EndpointsSection.Read(fields.Find("endpoints"), paths, faults);
        var unlisted = fields.Find("unlisted") is { } word
            ? Values.Choice(word, "unlisted", faults, PolicyWords.Unlisted) ?? PolicyWords.Unlisted.First
            : PolicyWords.Unlisted.First;
        var conditions = new ConditionSection(identity, endpoints);
        var limits = new LimitSection(conditions, identity, faults).Read(fields.Require("limits"));
        var unlimited = UnlimitedSection.Read(fields.Find("unlimited"), conditions, faults);
        var definition = new PolicyDefinition
        {
            Name = name ?? "",
            Generation = generation ?? 1,
            Description = Description(fields.Find("description"), faults),
            Account = identity.Account,
            Attributes = identity.Attributes,
            Empty = identity.Empty,
            Endpoints = endpoints.Endpoints,
            Unlisted = unlisted,
            IdPrefixes = IdPrefixes(fields.Find("ids"), unlisted, faults),
            Paths = paths,
            Limits = [],
            Unlimited = [.. unlimited.Entries.Select(entry => entry.When)],
            Responses = ResponsesSection.Read(fields.Find("responses"), limits, faults),
            OnFailure = OnFailureSection.Read(fields.Find("on-failure"), faults),
        };
        PolicyChecks.Run(new(identity, endpoints, paths, unlisted, limits, unlimited, fields.KeyAt("limits"), fields.KeyAt("unlisted")), faults);
        return new(
            faults.Count == 0 ? definition with { Limits = [.. limits.Select(limit => limit.ToDefinition())] } : null,
            name,
            nameNode?.At ?? default);
    }

    private static string Description(YamlNode? node, FaultList faults)
    {
        if (node is null || Nodes.Text(node, "description", faults) is not { Value: var text })
        {
            return "";
        }

        if (text.Length > PolicyBounds.MaxTextLength)
        {
            faults.Add(node.At, $"description has {text.Length} characters; at most {PolicyBounds.MaxTextLength} are expected");
        }

        return text;
    }

    private static ImmutableArray<string> IdPrefixes(YamlNode? node, Unlisted unlisted, FaultList faults)
    {
        if (node is null)
        {
            return [];
        }

        if (unlisted == Unlisted.Shared)
        {
            faults.Warn(node.At, "ids has no effect with 'unlisted: shared'; leave it out");
        }

        return
        [
            .. Nodes.Words(node, "ids", faults)
                .Select(word => Names.IdPrefix.Read(word, "a prefix of ids", faults))
                .OfType<string>(),
        ];
    }
}
