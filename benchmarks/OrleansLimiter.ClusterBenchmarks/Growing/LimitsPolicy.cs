namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Policies of one to five limits. Each of the first three has a bucket group; the others share one of these.</summary>
internal static class LimitsPolicy
{
    private static readonly string[] Limits =
    [
        "{ name: endpoint, scope: endpoint, algorithm: rolling-window, permits: 1000000000, window: 60s }",
        "{ name: account, scope: account, algorithm: rolling-window, permits: 1000000000, window: 60s }",
        "{ name: burst, scope: burst, algorithm: rolling-window, permits: 1000000000, window: 1s }",
        "{ name: account-hour, scope: account, algorithm: fixed-window, permits: 1000000000, window: 1h }",
        "{ name: endpoint-day, scope: endpoint, algorithm: fixed-window, permits: 1000000000, window: 24h }",
    ];

    /// <summary>Writes the policy of the first limits, and returns its path.</summary>
    public static string Write(DirectoryInfo folder, int limits) => PolicyFile.Write(folder, $"limits-{limits}", Limits.Take(limits));
}
