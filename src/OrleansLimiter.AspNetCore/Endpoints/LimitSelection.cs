using System.Collections.Immutable;

namespace OrleansLimiter.AspNetCore;

/// <summary>Selects the limits of one policy that apply to an endpoint, with their costs.</summary>
internal static class LimitSelection
{
    /// <summary>Returns the selected limits; those with the same cost are one policy.</summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="required">What the endpoint requires of the policy.</param>
    /// <param name="isGlobal">Whether the policy applies to every request.</param>
    /// <param name="template">The route template of the endpoint.</param>
    /// <param name="counters">Count the decisions.</param>
    public static IEnumerable<EnforcedPolicy> Of(
        Policy policy, IReadOnlyList<RequireLimitAttribute> required, bool isGlobal, EndpointTemplate? template,
        DecisionCounters counters)
    {
        RequireLimitAttribute? whole = required.LastOrDefault(each => LimitIn(each.Name) is null);
        var selected =
            from limit in policy.Definition.Limits
            let own = required.LastOrDefault(each => LimitIn(each.Name) == limit.Name)
            where own is not null || whole is not null || isGlobal
            let chosen = own ?? whole
            group limit by (chosen?.OwnCost, chosen?.CostOf);
        foreach (var limits in selected)
        {
            Policy part = With(policy, [.. limits]);
            yield return new(part, template, counters.For(part))
            {
                Cost = limits.Key.OwnCost,
                CostOf = limits.Key.CostOf,
                IsWhole = ReferenceEquals(part, policy),
            };
        }
    }

    /// <summary>The name of the policy in <c>policy</c> or <c>policy/limit</c>.</summary>
    public static string PolicyIn(string name) => name.IndexOf('/') is >= 0 and var slash ? name[..slash] : name;

    /// <summary>The name of the limit in <c>policy/limit</c>; null for a policy.</summary>
    public static string? LimitIn(string name) => name.IndexOf('/') is >= 0 and var slash ? name[(slash + 1)..] : null;

    // The counts of a limit are the same in the whole policy and in a part of it, because rules and names of buckets are.
    private static Policy With(Policy policy, ImmutableArray<LimitDefinition> limits)
    {
        PolicyDefinition definition = policy.Definition;
        return limits.Length == definition.Limits.Length ? policy : new(definition with
        {
            Limits = limits,
            Responses = definition.Responses with
            {
                Report = [.. definition.Responses.Report.Where(name => limits.Any(limit => limit.Name == name))],
            },
        });
    }
}
