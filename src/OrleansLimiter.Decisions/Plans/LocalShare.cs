namespace OrleansLimiter.Decisions;

/// <summary>Scales rules to the share of each limit that this process may admit while a group is unavailable.</summary>
internal static class LocalShare
{
    /// <summary>The scaled rules, with the same buckets and generation.</summary>
    public static GroupRules Of(GroupRules rules, decimal share) =>
        new([.. rules.Rules.Select(each => each with { Rule = Of(each.Rule, share) })], rules.Generation);

    /// <summary>The scaled rules with other names of buckets.</summary>
    public static GroupRules Named(GroupRules scaled, ImmutableArray<BucketRule> names) => new(
        [.. names.Select((each, index) => each with { Rule = scaled.Rules[index].Rule })], scaled.Generation);

    /// <summary>
    /// The rule with a share of the permits and of the burst: rounded down, never below 1. A rule with 0 permits keeps 0.
    /// </summary>
    /// <remarks>
    /// The fewer common factors permits and window have, the larger the values of an exact level. If they are too large for 64 bits,
    /// the permits are rounded down further.
    /// </remarks>
    public static Rule Of(Rule rule, decimal share)
    {
        if (rule.Permits == 0 || share == 1)
        {
            return rule;
        }

        int permits = Scale(rule.Permits, share);
        int? burst = rule.Burst == 0 ? null : Scale(rule.Burst, share);
        for (long step = 1; step <= permits; step *= 10)
        {
            int rounder = (int)(permits - (permits % step));
            if (Rule.Validate(rule.Algorithm, rounder, rule.Window, burst) is null)
            {
                return new(rule.Algorithm, rounder, rule.Window, burst);
            }
        }

        return new(rule.Algorithm, 1, rule.Window, burst is null ? null : 1);
    }

    private static int Scale(int number, decimal share) => Math.Max(1, (int)decimal.Floor(number * share));
}
