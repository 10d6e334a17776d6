namespace OrleansLimiter.Policies;

/// <summary>Finds requests to which no limit applies although they are not declared unlimited, and declarations without effect.</summary>
internal static class CoverageCheck
{
    public static void Run(PolicyParts policy, Combinations combinations, PolicyErrorList errors)
    {
        var conditions = new ConditionList();
        Applies[] limits = [.. policy.Limits.Select(conditions.Add)];
        int[] unlimited = [.. policy.Unlimited.Entries.Select(entry => conditions.Add(entry.When))];
        if (combinations.Explore(conditions) is { } exploration)
        {
            exploration.Report(
                truth => !truth.AnyApplies(limits) && truth.First(unlimited) < 0,
                policy.LimitsAt,
                "no limit applies to",
                "add a limit for them, or declare them under 'unlimited'",
                errors);
            ReportUnneeded(policy, combinations, errors);
        }
    }

    // A limit without a case for a request does not limit it, so cases matter here.
    private static void ReportUnneeded(PolicyParts policy, Combinations combinations, PolicyErrorList errors)
    {
        var conditions = new ConditionList();
        (Applies Applies, int[] Cases)[] limits =
        [
            .. policy.Limits.Select(limit =>
                (conditions.Add(limit), limit.Cases.Select(limitCase => conditions.Add(limitCase.When)).ToArray())),
        ];
        int[] unlimited = [.. policy.Unlimited.Entries.Select(entry => conditions.Add(entry.When))];
        if (unlimited.Length == 0 || combinations.Explore(conditions) is not { } exploration)
        {
            return;
        }

        bool[] isNeeded = new bool[unlimited.Length];
        exploration.ForEach(truth =>
        {
            int first = truth.First(unlimited);
            if (first >= 0 && !HasCase(limits, truth))
            {
                isNeeded[first] = true;
            }
        });
        foreach (var entry in policy.Unlimited.Entries.Where((_, i) => !isNeeded[i]))
        {
            errors.Add(entry.At, "this 'unlimited' has no effect: limits, or entries before it, match all its requests; leave it out");
        }
    }

    private static bool HasCase((Applies Applies, int[] Cases)[] limits, Truth truth)
    {
        foreach (var (applies, cases) in limits)
        {
            if (applies.In(truth) && truth.First(cases) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
