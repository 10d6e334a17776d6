namespace OrleansLimiter.Policies;

/// <summary>
/// Warns if a caller can get more permits by using more paths: each unlisted path has its own buckets, and no account limit applies.
/// </summary>
internal static class UnlistedCheck
{
    private static readonly Condition Other = new([new(BuiltIn.Endpoint, [BuiltIn.Other])]);

    public static void Run(PolicyParts policy, Combinations combinations, PolicyErrorList errors)
    {
        if (policy.Unlisted != Unlisted.Route || policy.Limits.Any(limit => limit.Scope is null))
        {
            return;
        }

        var conditions = new ConditionList();
        int other = conditions.Add(Other);
        var limits = policy.Limits.ToLookup(limit => ScopeDescriptor.Of(limit.Scope!.Value).HasEndpoint, limit => conditions.Add(limit));
        Applies[] endpoint = [.. limits[true]];
        Applies[] account = [.. limits[false]];
        if (combinations.Explore(conditions)?.Any(
            truth => truth[other] && truth.AnyApplies(endpoint) && !truth.AnyApplies(account)) == true)
        {
            errors.Warn(policy.UnlistedAt,
                "with 'unlisted: route' each unlisted path has its own buckets and no account limit applies, so a caller gets more permits "
                + "with more paths; add a limit of scope account, or write 'unlisted: shared'");
        }
    }
}
