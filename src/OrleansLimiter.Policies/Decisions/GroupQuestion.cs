using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>What one group is asked for one request.</summary>
/// <param name="Key">The group.</param>
/// <param name="Rules">The rules, buckets' names complete.</param>
internal readonly record struct GroupQuestion(GroupKey Key, GroupRules Rules)
{
    public static GroupQuestion Of(Policy policy, Plan plan, int group, in LimitRequest request)
    {
        PlannedGroup planned = plan.Groups[group];
        return new(planned.KeyFor(policy, request), planned.HasFreeKeys ? Complete(plan, planned, request) : planned.Rules);
    }

    /// <summary>The same question to an engine in this process that stands in.</summary>
    public GroupQuestion Local(PlannedGroup planned, decimal share) => this with
    {
        Rules = planned.HasFreeKeys
            ? LocalShare.Named(planned.LocalRules(share), Rules.Rules)
            : planned.LocalRules(share),
    };

    private static GroupRules Complete(Plan plan, PlannedGroup group, LimitRequest request) => new(
        [.. group.Places.Select(place => new BucketRule(NameOf(plan.Limits[place], request), plan.Limits[place].Rule))],
        group.Rules.Generation);

    private static string NameOf(PlannedLimit limit, LimitRequest request)
    {
        BucketName name = limit.Bucket;
        foreach (Dimension key in limit.FreeKeys)
        {
            name = name.With(key.Key, key.ValueIn(request));
        }

        return name.ToString();
    }
}
