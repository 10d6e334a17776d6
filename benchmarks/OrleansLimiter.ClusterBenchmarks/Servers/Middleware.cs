namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// The rate limiter middleware of ASP.NET Core: sliding windows, partitioned by account, and by endpoint and mode as the limit is.
/// </summary>
internal static class Middleware
{
    public static Task ServeAsync(int port) => RateLimiterApp.ServeAsync(port, (limit, context) => limit.SlidingWindow(limit.Scope switch
    {
        Scope.Account => new(RateLimiterApp.Account(context), "", ""),
        Scope.Burst => new(RateLimiterApp.Account(context), RateLimiterApp.Endpoint(context), ""),
        _ => new(RateLimiterApp.Account(context), RateLimiterApp.Endpoint(context), RateLimiterApp.Mode(context)),
    }));
}
