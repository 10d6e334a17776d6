using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>A policy as far as it could be read.</summary>
/// <param name="Definition">The policy; to be trusted only where there is no error.</param>
/// <param name="Name">Its name; null if it has no valid one.</param>
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

    public static PolicyDraft Read(YamlNode root, PolicyErrorList errors)
    {
        if (Fields.Open(root, "the policy", errors, Keys) is not { } fields)
        {
            return new(null, null, default);
        }

        var nameNode = fields.Require("policy");
        string? name = nameNode is null ? null : Names.Policy.Read(nameNode, "the policy's name", errors);
        int? generation = fields.Require("generation") is { } number
            ? Values.Whole(number, "generation", 1, int.MaxValue, errors)
            : null;
        var identity = IdentitySection.Read(fields.Require("identity"), errors);
        var paths = PathsSection.Read(fields.Find("paths"), errors);
        var endpoints = EndpointsSection.Read(fields.Find("endpoints"), paths, errors);
        var unlisted = fields.Find("unlisted") is { } word
            ? Values.Choice(word, "unlisted", errors, PolicyWords.Unlisted) ?? PolicyWords.Unlisted.First
            : PolicyWords.Unlisted.First;
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
        };
        PolicyChecks.Run(new(identity, endpoints, paths, unlisted, limits, unlimited, fields.KeyAt("limits"), fields.KeyAt("unlisted")), errors);
        return new(
            errors.Count == 0 ? definition with { Limits = [.. limits.Select(limit => limit.ToDefinition())] } : null,
            name,
            nameNode?.At ?? default);
    }

    private static string Description(YamlNode? node, PolicyErrorList errors)
    {
        if (node is null || Nodes.Text(node, "description", errors) is not { Value: var text })
        {
            return "";
        }

        if (text.Length > PolicyBounds.MaxTextLength)
        {
            errors.Add(node.At, $"description has {text.Length} characters; at most {PolicyBounds.MaxTextLength} are expected");
        }

        return text;
    }

    private static ImmutableArray<string> IdPrefixes(YamlNode? node, Unlisted unlisted, PolicyErrorList errors)
    {
        if (node is null)
        {
            return [];
        }

        if (unlisted == Unlisted.Shared)
        {
            errors.Warn(node.At, "ids has no effect with 'unlisted: shared'; leave it out");
        }

        return
        [
            .. Nodes.Words(node, "ids", errors)
                .Select(word => Names.IdPrefix.Read(word, "a prefix of ids", errors))
                .OfType<string>(),
        ];
    }
}
