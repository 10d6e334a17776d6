using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>
/// Finds limits that may be leased but never apply alone: where several limits apply, all of them must be asked for each
/// request, so permits of one at hand spare nothing.
/// </summary>
internal static class LeaseCheck
{
    public static void Run(ImmutableArray<LimitDraft> limits, Combinations combinations, PolicyErrorList errors)
    {
        if (!limits.Any(limit => limit.Lease))
        {
            return;
        }

        var conditions = new ConditionList();
        Applies[] applies = [.. limits.Select(conditions.Add)];
        bool[] alone = new bool[limits.Length];
        if (combinations.Explore(conditions)?.Any(truth => Note(applies, truth, alone)) is null)
        {
            return;
        }

        foreach (var (limit, _) in limits.Zip(alone).Where(pair => pair.First.Lease && !pair.Second))
        {
            errors.Add(limit.LeaseAt,
                $"the limit '{limit.Name}' has 'lease: auto', but whenever it applies others do too, and then all are asked; "
                + "leave it out, or let it apply alone to some requests");
        }
    }

    private static bool Note(Applies[] applies, Truth truth, bool[] alone)
    {
        int only = -1;
        for (int i = 0; i < applies.Length; i++)
        {
            if (applies[i].In(truth))
            {
                if (only >= 0)
                {
                    return false;
                }

                only = i;
            }
        }

        if (only >= 0)
        {
            alone[only] = true;
        }

        return false;
    }
}
