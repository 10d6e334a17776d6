using System.Threading.RateLimiting;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The limiters of .NET in the process of the callers: sliding windows, and <c>CreateChained</c> for several limits.</summary>
internal static class BclLimiters
{
    private readonly record struct Key(string Account, string Endpoint, string Mode);

    public static Asked Asked(Callers.Order order)
    {
        PartitionedRateLimiter<Key>[] limiters =
            [.. AppLimit.Of(Shape.ByLimits[order.Limits - 1], attack: false).Select(Of)];
        PartitionedRateLimiter<Key> limiter = limiters is [var one] ? one : PartitionedRateLimiter.CreateChained(limiters);
        Key[] keys = [.. Enumerable.Range(0, order.Keys).Select(account => new Key($"merchant_{account:d6}", "charge_intents", "live"))];
        return new(Decide, Decide);

        ValueTask<Verdict> Decide(int i)
        {
            using RateLimitLease lease = limiter.AttemptAcquire(keys[i % keys.Length]);
            return new(lease.IsAcquired ? Verdict.Allowed : Verdict.Refused);
        }
    }

    private static PartitionedRateLimiter<Key> Of(AppLimit limit) => PartitionedRateLimiter.Create<Key, Key>(key =>
        RateLimitPartition.GetSlidingWindowLimiter(
            limit.Scope switch
            {
                Scope.Account => new(key.Account, "", ""),
                Scope.Burst => key with { Mode = "" },
                _ => key,
            },
            _ => new() { PermitLimit = limit.Permits, Window = limit.Window, SegmentsPerWindow = limit.Segments }));
}
