namespace OrleansLimiter.Policies;

/// <summary>The parts of a policy that are validated against each other.</summary>
internal sealed record PolicyParts(
    IdentityDraft Identity,
    EndpointsDraft Endpoints,
    PathsDefinition Paths,
    Unlisted Unlisted,
    ImmutableArray<LimitDraft> Limits,
    UnlimitedDraft Unlimited,
    Mark LimitsAt,
    Mark UnlistedAt)
{
    /// <summary>All valid conditions.</summary>
    public IEnumerable<Condition> Conditions => Limits
        .SelectMany(limit => limit.Cases.Select(limitCase => limitCase.When).Append(limit.When).Append(limit.Unless ?? Condition.Always))
        .Concat(Unlimited.Entries.Select(entry => entry.When));
}

/// <summary>
/// Validates the sections of a policy against each other. A check runs only if all sections that it depends on are valid, so
/// that one error is not reported twice.
/// </summary>
internal static class PolicyChecks
{
    public static void Run(PolicyParts policy, PolicyErrorList errors)
    {
        if (policy.Endpoints.Routes.Length > PolicyBounds.MaxRoutes)
        {
            return;
        }

        var reach = new RouteReach(policy.Endpoints.Routes, policy.Paths.IgnoresCase);
        RouteCheck.Run(policy.Endpoints, reach, errors);
        if (!policy.Identity.IsValid || !policy.Endpoints.IsValid)
        {
            return;
        }

        var combinations = new Combinations(policy, reach, errors);
        var cases = new CaseCheck(combinations, policy.Unlimited, errors);
        bool[] applies = [.. policy.Limits.Select(cases.Run)];
        HeaderConflicts.Run(policy.Limits, combinations, errors);
        if (policy.Unlimited.IsValid && !policy.Limits.IsEmpty && policy.Limits.All(limit => limit.IsValid) && !applies.Contains(false))
        {
            CoverageCheck.Run(policy, combinations, errors);
            UnlistedCheck.Run(policy, combinations, errors);
            LeaseCheck.Run(policy.Limits, combinations, errors);
        }
    }
}
