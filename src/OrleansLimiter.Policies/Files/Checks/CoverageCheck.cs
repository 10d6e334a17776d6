namespace OrleansLimiter.Policies;

/// <summary>
/// Finds requests to which no limit applies although they are not declared unlimited, and declarations that are not needed.
/// </summary>
internal static class CoverageCheck
{
    public static void Run(PolicyParts policy, Combinations combinations, PolicyErrorList errors)
    {
        var conditions = new ConditionList();
        Applies[] limits = [.. policy.Limits.Select(conditions.Add)];
        int[] unlimited = [.. policy.Unlimited.Entries.Select(entry => conditions.Add(entry.When))];
        if (combinations.Explore(conditions) is not { } exploration)
        {
            return;
        }

        Uncovered.Report(
            policy.LimitsAt,
            exploration.Find(truth => !AnyApplies(limits, truth) && First(unlimited, truth) < 0),
            "no limit applies to",
            "give them a limit or declare them under 'unlimited'",
            errors);
        Needless(policy, combinations, errors);
    }

    // A limit that has no case for a request does not limit it, so here cases count as well.
    private static void Needless(PolicyParts policy, Combinations combinations, PolicyErrorList errors)
    {
        if (policy.Unlimited.Entries.IsEmpty)
        {
            return;
        }

        var conditions = new ConditionList();
        var limits = policy.Limits
            .Select(limit => (Applies: conditions.Add(limit), Cases: limit.Cases.Select(one => conditions.Add(one.When)).ToArray()))
            .ToList();
        int[] unlimited = [.. policy.Unlimited.Entries.Select(entry => conditions.Add(entry.When))];
        bool[] needed = new bool[unlimited.Length];
        bool isKnown = combinations.Explore(conditions)?.Any(truth =>
        {
            int first = First(unlimited, truth);
            if (first >= 0 && !AnyCase(limits, truth))
            {
                needed[first] = true;
            }

            return false;
        }) is not null;
        for (int i = 0; i < needed.Length && isKnown; i++)
        {
            if (!needed[i])
            {
                errors.Add(policy.Unlimited.Entries[i].At,
                    "this 'unlimited' has no effect: a limit, or an entry before it, is there for all that it matches; leave it out");
            }
        }
    }

    private static bool AnyApplies(Applies[] limits, Truth truth)
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

    private static bool AnyCase(List<(Applies Applies, int[] Cases)> limits, Truth truth)
    {
        foreach (var (applies, cases) in limits)
        {
            if (applies.In(truth) && First(cases, truth) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static int First(int[] conditions, Truth truth)
    {
        for (int i = 0; i < conditions.Length; i++)
        {
            if (truth[conditions[i]])
            {
                return i;
            }
        }

        return -1;
    }
}
