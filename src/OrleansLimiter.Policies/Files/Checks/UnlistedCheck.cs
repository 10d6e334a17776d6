namespace OrleansLimiter.Policies;

/// <summary>
/// Warns if a caller can get more permits with invented paths: each unlisted path has buckets of its own, and no account limit
/// applies.
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
        Applies[] narrow = [.. policy.Limits.Where(limit => ScopeDescriptor.Of(limit.Scope!.Value).HasEndpoint).Select(conditions.Add)];
        Applies[] account = [.. policy.Limits.Where(limit => !ScopeDescriptor.Of(limit.Scope!.Value).HasEndpoint).Select(conditions.Add)];
        if (combinations.Explore(conditions)?.Any(truth => truth[other] && Any(narrow, truth) && !Any(account, truth)) == true)
        {
            errors.Warn(policy.UnlistedAt,
                "with 'unlisted: route' every path that somebody makes up has buckets of its own, and no account limit stands "
                + "beside them; add a limit of scope account, or write 'unlisted: shared'");
        }
    }

    private static bool Any(Applies[] limits, Truth truth)
    {
        foreach (var limit in limits)
        {
            if (limit.In(truth))
            {
                return true;
            }
        }

        return false;
    }
}
