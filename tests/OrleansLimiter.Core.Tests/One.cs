namespace OrleansLimiter.Core.Tests;

/// <summary>Short names for what nearly every test needs: one rule, one moment.</summary>
internal static class One
{
    public const string Bucket = "limit";

    public static GroupRules Rule(Algorithm algorithm, int permits, double seconds, int? burst = null) =>
        Rule(1, 0, algorithm, permits, seconds, burst);

    /// <summary>The rule as a policy's generation and a version of the overrides give it.</summary>
    public static GroupRules Rule(
        int policy, uint overrides, Algorithm algorithm, int permits, double seconds, int? burst = null) =>
        new([new(Bucket, new(algorithm, permits, TimeSpan.FromSeconds(seconds), burst))], new(policy, overrides));

    public static Instant At(double seconds) => new(TimeSpan.FromSeconds(seconds).Ticks);

    public static int Remaining(this BucketGroup group, GroupRules rules, double at) =>
        group.Read(rules, 1, At(at)).Readings[0].Remaining;

    /// <summary>Acquires each of the costs, all of which must be allowed.</summary>
    public static OperationId[] AcquireAll(this BucketGroup group, GroupRules rules, double at, bool reserve, params int[] costs) =>
        [.. costs.Select(cost =>
        {
            var id = OperationId.New();
            Assert.Equal(GroupOutcome.Allowed, group.Acquire(rules, cost, At(at), id, reserve).Outcome);
            return id;
        })];
}
