using System.Threading.RateLimiting;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// The rate limiter middleware of ASP.NET Core: sliding windows, partitioned by account, and by endpoint and mode as the limit is.
/// </summary>
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
