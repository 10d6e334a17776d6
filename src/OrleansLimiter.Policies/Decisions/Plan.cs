using System.Collections.Immutable;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// What requests of one combination need: the groups to ask, narrow scopes first, and where each reading stands
/// in the decision. Immutable, shared by all such requests.
/// </summary>
/// <param name="Combination">The combination, by name; what overrides with a condition look at.</param>
/// <param name="Limits">The limits that apply, in the policy's order.</param>
/// <param name="Groups">The groups that hold their buckets; none where nothing limits the combination.</param>
internal sealed record Plan(
    IReadOnlyDictionary<string, string?> Combination,
    ImmutableArray<PlannedLimit> Limits,
    ImmutableArray<PlannedGroup> Groups)
{
    public static Plan Of(
        IReadOnlyDictionary<string, string?> combination, ImmutableArray<PlannedLimit> limits, Generation generation) =>
        new(combination, limits,
        [
            .. limits
                .Select((limit, place) => (limit, place))
                .GroupBy(each => each.limit.Limit.Definition.Scope)
                .OrderBy(group => group.Key)
                .Select(group => new PlannedGroup(
                    group.Key,
                    new([.. group.Select(each => new BucketRule(each.limit.Bucket, each.limit.Rule))], generation),
                    [.. group.Select(each => each.place)],
                    group.Any(each => !each.limit.FreeKeys.IsEmpty))),
        ]);
}

/// <summary>A limit with the rule that it has for a combination.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Rule">Its rule.</param>
/// <param name="Bucket">The bucket's name, as far as the combination tells it.</param>
/// <param name="FreeKeys">The names in <c>key:</c> whose values only a request tells.</param>
internal sealed record PlannedLimit(PolicyLimit Limit, Rule Rule, string Bucket, ImmutableArray<Dimension> FreeKeys);

/// <summary>A group to ask.</summary>
/// <param name="Scope">Its kind.</param>
/// <param name="Rules">What to ask.</param>
/// <param name="Places">Where each reading stands in the decision.</param>
/// <param name="HasFreeKeys">Whether a bucket's name must be completed for each request.</param>
internal sealed record PlannedGroup(Scope Scope, GroupRules Rules, ImmutableArray<int> Places, bool HasFreeKeys);
