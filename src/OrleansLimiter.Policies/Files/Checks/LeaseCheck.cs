namespace OrleansLimiter.Policies;

/// <summary>
/// Finds limits with leases that never apply alone. If several limits apply to a request, permits of all of them are acquired from the
/// store, so a lease of one of them has no effect.
/// </summary>
internal static class LeaseCheck
{
    public static void Run(ImmutableArray<LimitDraft> limits, Combinations combinations, PolicyErrorList errors)
    {
        var conditions = new ConditionList();
        Applies[] applies = [.. limits.Select(conditions.Add)];
        if (!limits.Any(limit => limit.Lease) || combinations.Explore(conditions) is not { } exploration)
        {
            return;
        }

        bool[] isAlone = new bool[limits.Length];
        exploration.ForEach(truth =>
        {
            int count = 0;
            int last = 0;
            for (int i = 0; i < applies.Length && count < 2; i++)
            {
                if (applies[i].In(truth))
                {
                    count++;
                    last = i;
                }
            }

            isAlone[last] |= count == 1;
        });
        foreach (var limit in limits.Where((limit, i) => limit.Lease && !isAlone[i]))
        {
            errors.Add(limit.LeaseAt,
                $"the limit '{limit.Name}' has 'lease: auto', but other limits apply whenever it does, so a lease has no effect; "
                + "leave it out, or let the limit apply alone to some requests");
        }
    }
}
