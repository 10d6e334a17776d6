namespace OrleansLimiter.Decisions;

/// <summary>The rules of several requests in one group.</summary>
internal static class MergedRules
{
    /// <summary>
    /// Unites the rules. The first ones stay at their places, and are returned if nothing is added. If two requests have different rules
    /// for one bucket, the newer one counts or, within one generation, the stricter one, as in a group.
    /// </summary>
    public static GroupRules Of(GroupRules first, GroupRules other)
    {
        if (ReferenceEquals(first, other)
            || (first.Generation == other.Generation && first.Rules.AsSpan().SequenceEqual(other.Rules.AsSpan())))
        {
            return first;
        }

        int newer = other.Generation.CompareTo(first.Generation);
        ImmutableArray<BucketRule> rules = first.Rules;
        for (int i = 0; i < other.Rules.Length; i++)
        {
            BucketRule rule = other.Rules[i];
            int index = IndexOf(first, rule.Bucket, i);
            bool replaces = index >= 0 && rule.Rule != rules[index].Rule
                && (newer > 0 || (newer == 0 && rule.Rule.IsStricterThan(rules[index].Rule)));
            rules = index < 0 ? rules.Add(rule) : replaces ? rules.SetItem(index, rule) : rules;
        }

        // With the older generation, no bucket takes an older rule for a newer one.
        return rules == first.Rules && newer >= 0 ? first : new(rules, newer < 0 ? other.Generation : first.Generation);
    }

    /// <summary>The index of the rule of a bucket; -1 if there is none.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="bucket">The name of the bucket.</param>
    /// <param name="near">Where it probably is.</param>
    public static int IndexOf(GroupRules rules, string bucket, int near)
    {
        if (near < rules.Rules.Length && rules.Rules[near].Bucket == bucket)
        {
            return near;
        }

        for (int i = 0; i < rules.Rules.Length; i++)
        {
            if (rules.Rules[i].Bucket == bucket)
            {
                return i;
            }
        }

        return -1;
    }
}
