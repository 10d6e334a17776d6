namespace OrleansLimiter;

/// <summary>
/// The rules of restored groups, so that groups with the same rules share them. They have the lowest generation, so that the first
/// request enforces its own rules at once. Not thread-safe.
/// </summary>
internal sealed class RulesPool
{
    // Buckets with freely chosen keys have rules that nobody shares.
    private const int MaxShared = 10_000;

    private readonly HashSet<GroupRules> _shared = new(new SameRules());

    /// <summary>Returns equal rules with the lowest generation.</summary>
    public GroupRules Share(GroupRules rules)
    {
        if (_shared.TryGetValue(rules, out GroupRules? known))
        {
            return known;
        }

        var shared = new GroupRules(rules.Rules, default) { MayLease = rules.MayLease };
        if (_shared.Count < MaxShared)
        {
            _shared.Add(shared);
        }

        return shared;
    }

    private sealed class SameRules : IEqualityComparer<GroupRules>
    {
        public bool Equals(GroupRules? x, GroupRules? y) => x!.MayLease == y!.MayLease && x.Rules.AsSpan().SequenceEqual(y.Rules.AsSpan());

        public int GetHashCode(GroupRules rules) => HashCode.Combine(rules.Rules.Length, rules.Rules[0]);
    }
}
