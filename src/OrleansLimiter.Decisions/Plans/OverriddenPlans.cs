using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace OrleansLimiter.Decisions;

/// <summary>
/// A cache of plans with the overrides of an account applied. Accounts with overrides are often the busiest ones. An entry is valid
/// until an override of the account changes or lapses.
/// </summary>
internal sealed class OverriddenPlans
{
    // Plans of replaced policies are not removed one by one; above this number, the whole cache is cleared.
    private const int MaxPlansPerAccount = 256;

    private readonly ConditionalWeakTable<AccountOverrides, ConcurrentDictionary<(Plan, ulong), (uint Version, Plan Plan)>> _plans = [];

    public Plan For(Plan plan, Policy policy, in LimitRequest request, AccountOverrides overrides, uint version, DateTimeOffset utcNow)
    {
        // The plan does not determine the override conditions that hold, because an override can use a dimension that no limit uses.
        ulong matching = overrides.Matching(policy.Definition, request);
        var plans = _plans.GetOrCreateValue(overrides);
        if (plans.TryGetValue((plan, matching), out var entry) && entry.Version == version)
        {
            return entry.Plan;
        }

        if (plans.Count >= MaxPlansPerAccount)
        {
            plans.Clear();
        }

        plans[(plan, matching)] = entry = (version, Build(plan, policy, overrides, matching, version, utcNow));
        return entry.Plan;
    }

    private static Plan Build(
        Plan plan, Policy policy, AccountOverrides overrides, ulong matching, uint version, DateTimeOffset utcNow) => new(
        [
            .. from planned in plan.Limits
               let change = overrides.Find(planned.Limit.Name, matching, utcNow)
               let limit = change is null ? planned : planned.Own ?? planned
               let rule = change is null ? limit.Rule : change.Apply(limit.Rule)
               where rule is not null
               select limit with { Rule = rule },
        ],
        new(policy.Definition.Generation, version));
}
