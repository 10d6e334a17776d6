using System.Diagnostics.Metrics;

namespace OrleansLimiter.Decisions;

/// <summary>Publishes <see cref="PolicyCounters"/> as observable instruments.</summary>
internal static class PolicyInstruments
{
    public static void Create(Meter meter, Func<IEnumerable<PolicyCounters>> policies)
    {
        meter.CreateObservableCounter(
            "orleans_limiter.decisions",
            () => policies().SelectMany(Decisions),
            description: "Outcomes of limits: 'failed' if the bucket group could not be asked, 'too-many-groups-of-account' if it could "
                + "not be opened, 'unlimited' if no limit applied.");
        OfPolicies("orleans_limiter.peeks", "Peeks, which acquire nothing.", policy => policy.Peeks);
        OfPolicies(
            "orleans_limiter.contended_refusals",
            "Refusals caused by permits that were reserved for another decision.",
            policy => policy.Contended);
        OfPolicies(
            "orleans_limiter.stale_generations",
            "Decisions for which a bucket group had a newer rule.",
            policy => policy.StaleGenerations);
        OfPolicies(
            "orleans_limiter.rule_conflicts",
            "Decisions for which a bucket group had another rule of the same generation. The stricter rule was used.",
            policy => policy.RuleConflicts);
        OfPolicies(
            "orleans_limiter.unknown_attribute_values",
            "Values that a closed attribute does not list, and that counted as its default.",
            policy => policy.UnknownValues);
        meter.CreateObservableCounter(
            "orleans_limiter.failure_decisions",
            () => policies().SelectMany(Failures),
            description: "Decisions in which on-failure or account-groups decided, because a bucket group could not be asked or opened.");
        OfPolicies(
            "orleans_limiter.shared_endpoint_decisions",
            "Decisions on unlisted paths by the group that they share, because the account has its maximum number of groups.",
            policy => policy.SharedEndpoint);

        void OfPolicies(string name, string description, Func<PolicyCounters, long> read) =>
            meter.CreateObservableCounter(
                name,
                () => policies().Select(policy => new Measurement<long>(read(policy), Policy(policy))),
                description: description);
    }

    private static IEnumerable<Measurement<long>> Decisions(PolicyCounters policy)
    {
        foreach (LimitCounters limit in policy.Limits.Values)
        {
            yield return Of(limit.Name, Outcomes.Allowed, limit.Allowed);
            yield return Of(limit.Name, Outcomes.Refused, limit.Refused);
            yield return Of(limit.Name, Outcomes.Failed, limit.Failed);
            yield return Of(limit.Name, Outcomes.Bounded, limit.Bounded);
        }

        yield return Of("", Outcomes.Unlimited, policy.Unlimited);

        Measurement<long> Of(string limit, string outcome, long count) =>
            new(count, Policy(policy), new("limit", limit), new("outcome", outcome));
    }

    private static IEnumerable<Measurement<long>> Failures(PolicyCounters policy) =>
    [
        new(policy.Unreachable, Policy(policy), new("reason", FailureHeader.Unreachable)),
        new(policy.TooManyGroups, Policy(policy), new("reason", FailureHeader.TooManyGroups)),
        new(policy.TooManyGroupsOfAccount, Policy(policy), new("reason", FailureHeader.TooManyGroupsOfAccount)),
    ];

    private static KeyValuePair<string, object?> Policy(PolicyCounters policy) => new("policy", policy.Name);
}
