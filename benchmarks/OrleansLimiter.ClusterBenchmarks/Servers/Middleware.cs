using System.Threading.RateLimiting;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>ASP.NET Core's own: sliding windows, partitioned by account, and by endpoint and mode where the limit counts for them.</summary>
internal static class Middleware
{
    private readonly record struct Key(string Account, string Endpoint, string Mode);

    public static Task ServeAsync(int port) => RateLimiterApp.ServeAsync(port, (limit, context) =>
        RateLimitPartition.GetSlidingWindowLimiter(
            limit.Scope switch
            {
                Scope.Account => new Key(RateLimiterApp.Account(context), "", ""),
                Scope.Burst => new Key(RateLimiterApp.Account(context), RateLimiterApp.Endpoint(context), ""),
                _ => new Key(RateLimiterApp.Account(context), RateLimiterApp.Endpoint(context), RateLimiterApp.Mode(context)),
            },
            _ => new() { PermitLimit = limit.Permits, Window = limit.Window, SegmentsPerWindow = limit.Segments }));
}
