using System.Threading.RateLimiting;

namespace OrleansLimiter.Benchmarks;

/// <summary>The parts of the keys of the limits in the policy of Front.</summary>
internal readonly record struct FrontKey(string Account, string Endpoint, string Resource, string Mode);

/// <summary>
/// The limits of the policy of Front as limiters of .NET, chained: a fixed window for the account, a sliding window for the burst,
/// and a sliding window for the endpoint, each with the key that the limit has in the policy.
/// </summary>
internal static class ChainedLimiters
{
    private const int Plenty = 1_000_000_000;

    private static readonly FixedWindowRateLimiterOptions Company = new() { PermitLimit = Plenty, Window = TimeSpan.FromMinutes(1) };
    private static readonly SlidingWindowRateLimiterOptions Burst = Sliding(TimeSpan.FromSeconds(1), segments: 10);
    private static readonly SlidingWindowRateLimiterOptions Endpoint = Sliding(TimeSpan.FromMinutes(1), segments: 60);

    /// <summary>Chains the first limits of the policy.</summary>
    public static PartitionedRateLimiter<FrontKey> Of(int limits) => PartitionedRateLimiter.CreateChained(
        ((PartitionedRateLimiter<FrontKey>[])
        [
            By(key => RateLimitPartition.GetFixedWindowLimiter(key with { Endpoint = "", Resource = "", Mode = "" }, _ => Company)),
            By(key => RateLimitPartition.GetSlidingWindowLimiter(key with { Mode = "" }, _ => Burst)),
            By(key => RateLimitPartition.GetSlidingWindowLimiter(key with { Resource = "" }, _ => Endpoint)),
        ])[..limits]);

    private static PartitionedRateLimiter<FrontKey> By(Func<FrontKey, RateLimitPartition<FrontKey>> partition) =>
        PartitionedRateLimiter.Create(partition);

    // The timer of the limiters fires ten times per second and advances one segment each time.
    private static SlidingWindowRateLimiterOptions Sliding(TimeSpan window, int segments) =>
        new() { PermitLimit = Plenty, Window = window, SegmentsPerWindow = segments };
}
