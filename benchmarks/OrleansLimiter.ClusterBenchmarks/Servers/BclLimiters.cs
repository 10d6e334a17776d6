using System.Threading.RateLimiting;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The limiters of .NET in the process of the callers: sliding windows, and <c>CreateChained</c> for several limits.</summary>
internal static class BclLimiters
{
    public static Asked Asked(Callers.Order order)
    {
        PartitionedRateLimiter<AppKey>[] limiters =
            [.. AppLimit.Of(Shape.ByLimits[order.Limits - 1], attack: false).Select(Of)];
        PartitionedRateLimiter<AppKey> limiter = limiters is [var one] ? one : PartitionedRateLimiter.CreateChained(limiters);
        AppKey[] keys = [.. Enumerable.Range(0, order.Keys).Select(account => new AppKey($"merchant_{account:d6}", "charge_intents", "live"))];
        return new(Decide, Decide);

        ValueTask<Verdict> Decide(int i)
        {
            using RateLimitLease lease = limiter.AttemptAcquire(keys[i % keys.Length]);
            return new(lease.IsAcquired ? Verdict.Allowed : Verdict.Refused);
        }
    }

    private static PartitionedRateLimiter<AppKey> Of(AppLimit limit) => PartitionedRateLimiter.Create<AppKey, AppKey>(key =>
        limit.SlidingWindow(limit.Scope switch
        {
            Scope.Account => new(key.Account, "", ""),
            Scope.Burst => key with { Mode = "" },
            _ => key,
        }));
}
