namespace OrleansLimiter.AspNetCore;

/// <summary>
/// What a remote limiter can decide: one whole policy for each request. It decides by its own policy, so it cannot leave out limits, and
/// the items of a batch are independent of each other.
/// </summary>
internal static class RemoteCapabilities
{
    /// <summary>Returns what endpoints require and a remote limiter cannot decide, in one sentence each.</summary>
    public static string[] Errors(Endpoint?[] endpoints, EndpointPlans plans)
    {
        string? global = Error(plans.For(null));
        return
        [
            .. endpoints.Select(endpoint => endpoint is null ? global
                    : Error(plans.For(endpoint)) is { } error && error != global ? $"the endpoint '{endpoint.DisplayName}': {error}"
                    : null)
                .OfType<string>(),
        ];
    }

    /// <summary>Explains why a remote limiter cannot decide this.</summary>
    public static string Explain(EnforcedPolicy[] enforced)
    {
        string[] policies = [.. enforced.Select(each => each.Policy.Name).Distinct()];
        return policies.Length > 1
            ? $"the policies {string.Join(", ", policies)} apply together, and a remote limiter decides one policy for each request; "
                + "require one of them, or write their limits in one policy file"
            : enforced.Length > 1
            ? $"limits of the policy {policies[0]} have different costs, and a remote limiter takes one cost from all limits of a policy; "
                + "give them one cost, or write them in two policy files and require one of them"
            : $"only {Limits(enforced[0])} of the policy {policies[0]} applies, and a remote limiter decides whole policies; "
                + $"require '{policies[0]}', or write a policy file with this limit only";
    }

    private static string? Error(EnforcedPolicy[] enforced) => enforced is [] or [{ IsWhole: true }] ? null : Explain(enforced);

    private static string Limits(EnforcedPolicy enforced) =>
        $"the limit {string.Join(", ", enforced.Policy.Limits.Select(limit => limit.Name))}";
}
