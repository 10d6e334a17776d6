namespace OrleansLimiter.Decisions;

/// <summary>
/// The overrides of one account under one policy. Immutable. The object stays the same as long as no override changes, so it can be a
/// cache key.
/// </summary>
internal sealed class AccountOverrides
{
    /// <summary>The maximum number of overrides with a condition of an account under one policy: one bit for each.</summary>
    internal const int MaxConditional = 64;

    private readonly ImmutableArray<Override> _conditional;
    private readonly bool _anyLapses;

    internal AccountOverrides(IEnumerable<Override> all)
    {
        All =
        [
            .. all.OrderBy(entry => entry.Limit, StringComparer.Ordinal).ThenBy(entry => entry.When is null).ThenBy(entry => entry.Version),
        ];
        Newest = All.Max(entry => entry.Version);
        _conditional = [.. All.Where(entry => entry.When is not null)];
        _anyLapses = All.Any(entry => entry.Until is not null);
    }

    /// <summary>
    /// All overrides; at least one. They are ordered by limit, those with a condition first. The first one that has not lapsed and
    /// whose condition holds is in force.
    /// </summary>
    public ImmutableArray<Override> All { get; }

    /// <summary>The conditions that hold for a request, as bits. Together with the time they determine the overrides in force.</summary>
    internal ulong Matching(PolicyDefinition policy, in LimitRequest request)
    {
        ulong matching = 0;
        for (int i = 0; i < _conditional.Length; i++)
        {
            matching |= Conditions.Holds(_conditional[i].When!, policy, request) ? 1UL << i : 0;
        }

        return matching;
    }

    /// <summary>The override of a limit that is in force for a result of <see cref="Matching"/>; null if there is none.</summary>
    internal Override? Find(string limit, ulong matching, DateTimeOffset utcNow)
    {
        int bit = 0;
        foreach (var entry in All)
        {
            bool holds = entry.When is null || (matching >> bit++ & 1) != 0;
            if (holds && entry.Limit == limit && !entry.HasLapsed(utcNow))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>The version of the newest override.</summary>
    internal uint Newest { get; }

    /// <summary>The number of lapsed overrides.</summary>
    internal uint Lapsed(DateTimeOffset utcNow)
    {
        uint count = 0;
        for (int i = _anyLapses ? 0 : All.Length; i < All.Length; i++)
        {
            count += All[i].HasLapsed(utcNow) ? 1u : 0;
        }

        return count;
    }
}
