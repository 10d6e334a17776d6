using System.Diagnostics.Metrics;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

/// <summary>The numbers of <see cref="PolicyCounters"/> as observable instruments.</summary>
internal static class PolicyInstruments
{
    public static void Create(Meter meter, Func<IEnumerable<PolicyCounters>> policies)
    {
        meter.CreateObservableCounter(
            "orleans_limiter.decisions",
            () => policies().SelectMany(Decisions),
            description: "What each limit that applied to a decision said; 'failed' where its group could not be asked, "
                + "'unlimited' where none applied.");
        OfPolicies("orleans_limiter.peeks", "Questions that took nothing.", policy => policy.Peeks);
        OfPolicies(
            "orleans_limiter.contended_refusals",
            "Refusals caused by permits that were held for another decision and may have been returned.",
            policy => policy.Contended);
        OfPolicies(
            "orleans_limiter.stale_generations",
            "Decisions for which a group knew a newer rule than this process.",
            policy => policy.StaleGenerations);
        OfPolicies(
            "orleans_limiter.rule_conflicts",
            "Decisions for which a group knew another rule of the same generation; the stricter was used.",
            policy => policy.RuleConflicts);
        OfPolicies(
            "orleans_limiter.unknown_attribute_values",
            "Values that a closed attribute does not know and that counted as its default.",
            policy => policy.UnknownValues);
        meter.CreateObservableCounter(
            "orleans_limiter.failure_decisions",
            () => policies().SelectMany(Failures),
            description: "Decisions in which on-failure decided, because a group could not be asked.");

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
        }

        yield return Of("", Outcomes.Unlimited, policy.Unlimited);

        Measurement<long> Of(string limit, string outcome, long count) =>
            new(count, Policy(policy), new("limit", limit), new("outcome", outcome));
    }

    private static IEnumerable<Measurement<long>> Failures(PolicyCounters policy) =>
    [
        new(policy.Unreachable, Policy(policy), new("reason", FailureHeader.Unreachable)),
        new(policy.TooManyGroups, Policy(policy), new("reason", FailureHeader.TooManyGroups)),
    ];

    private static KeyValuePair<string, object?> Policy(PolicyCounters policy) => new("policy", policy.Name);
}
