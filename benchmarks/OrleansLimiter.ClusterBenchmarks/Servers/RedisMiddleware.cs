using RedisRateLimiting;
using StackExchange.Redis;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// ASP.NET Core with the package RedisRateLimiting. It uses fixed windows, which cost least: the sliding window of the package stores a
/// member for each request. The keys in Redis contain only the key of the partition, so they include the name of the limit.
/// </summary>
internal static class RedisMiddleware
{
    public static async Task ServeAsync(int port, int redisPort)
    {
        ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redisPort}");
        await RateLimiterApp.ServeAsync(port, (limit, context) => RedisRateLimitPartition.GetFixedWindowRateLimiter(
            limit.Scope switch
            {
                Scope.Account => $"{limit.Name}:{RateLimiterApp.Account(context)}",
                Scope.Burst => $"{limit.Name}:{RateLimiterApp.Account(context)}:{RateLimiterApp.Endpoint(context)}",
                _ => $"{limit.Name}:{RateLimiterApp.Account(context)}:{RateLimiterApp.Endpoint(context)}:{RateLimiterApp.Mode(context)}",
            },
            _ => new() { PermitLimit = limit.Permits, Window = limit.Window, ConnectionMultiplexerFactory = () => redis }));
    }
}
