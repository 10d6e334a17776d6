namespace OrleansLimiter.Cluster;

/// <summary>The options of a limiter whose counts are in a cluster. They are read when the app starts.</summary>
public sealed class ClusterLimiterOptions
{
    // As in the hosts: the rest is for what the app does.
    private const int LocalMemoryPart = 4;

    /// <summary>
    /// The maximum duration of a decision, <see cref="LimiterOptions.MinDeadline"/> to <see cref="LimiterOptions.MaxDeadline"/>. Then
    /// <c>on-failure</c> of the policy decides. Default: <see cref="LimiterOptions.DefaultDeadline"/>, 200 ms.
    /// </summary>
    public TimeSpan Deadline { get; set; } = LimiterOptions.DefaultDeadline;

    /// <summary>
    /// The maximum number of living bucket groups in the memory of this process, 1 or more. They count under <c>on-failure: local</c> while
    /// the cluster is unavailable. Default: <see cref="LivingGroups.DefaultMax"/>.
    /// </summary>
    public int MaxLocalGroups { get; set; } = LivingGroups.DefaultMax;

    /// <summary>
    /// The maximum of the estimated memory of these groups in bytes, 1 or more. Default: null, a quarter of
    /// <see cref="LivingGroups.DefaultMaxBytes"/>.
    /// </summary>
    public long? MaxLocalGroupMemory { get; set; }

    internal LimiterOptions Create(LimiterClock clock) => new()
    {
        Deadline = Deadline,
        Local = new InProcessBucketStore(clock, MaxLocalGroups, MaxLocalGroupMemory ?? (LivingGroups.DefaultMaxBytes / LocalMemoryPart)),
    };
}
