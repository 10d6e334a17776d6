using System.Threading.RateLimiting;
using RedisRateLimiting;
using StackExchange.Redis;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// ASP.NET Core with the package RedisRateLimiting. It uses fixed windows, which cost least: the sliding window of the package stores a
/// member for each request. The keys in Redis contain only the key of the partition, so they include the name of the limit. The package has
/// no policy for failures: an exception of the client, for example after its timeout of five seconds, becomes a response with status 500.
/// </summary>
internal static class RedisMiddleware
{
    public static async Task ServeAsync(int port, int redisPort)
    {
        // One connection for all requests, as the client recommends. It connects again by itself.
        var options = new ConfigurationOptions { EndPoints = { { "127.0.0.1", redisPort } }, AbortOnConnectFail = false };
        ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        await WarmUpAsync(redis);
        await RateLimiterApp.ServeAsync(port, (limit, context) => RedisRateLimitPartition.GetFixedWindowRateLimiter(
            limit.Scope switch
            {
                Scope.Account => $"{limit.Name}:{RateLimiterApp.Account(context)}",
                Scope.Burst => $"{limit.Name}:{RateLimiterApp.Account(context)}:{RateLimiterApp.Endpoint(context)}",
                _ => $"{limit.Name}:{RateLimiterApp.Account(context)}:{RateLimiterApp.Endpoint(context)}:{RateLimiterApp.Mode(context)}",
            },
            _ => new() { PermitLimit = limit.Permits, Window = limit.Window, ConnectionMultiplexerFactory = () => redis }));
    }

    // The first acquisition compiles the client's code for the script and loads the script. No request should wait for that.
    private static async Task WarmUpAsync(ConnectionMultiplexer redis)
    {
        await redis.GetDatabase().PingAsync();
        using var limiter = new RedisFixedWindowRateLimiter<string>(
            "warm-up", new() { PermitLimit = 1, Window = TimeSpan.FromSeconds(1), ConnectionMultiplexerFactory = () => redis });
        using RateLimitLease lease = await limiter.AcquireAsync();
    }
}
