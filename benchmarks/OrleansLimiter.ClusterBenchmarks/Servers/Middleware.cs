using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The rate limiter middleware of ASP.NET Core: sliding windows, partitioned by account, endpoint and mode.</summary>
internal static class Middleware
{
    private readonly record struct Key(string Account, string Endpoint, string Mode);

    public static async Task ServeAsync(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            Add(options, "bench", 1_000_000_000, TimeSpan.FromSeconds(60), segments: 60);

            // Its timer fires ten times per second and advances one segment each time.
            Add(options, "attack", 500, TimeSpan.FromSeconds(1), segments: 10);
        });
        WebApplication app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.UseRateLimiter();
        app.MapGet("/", () => { });
        foreach (string policy in (string[])["bench", "attack"])
        {
            app.MapGet($"/v1/authorize/{policy}", (HttpContext context) => { context.Response.Headers["X-RateLimit-Limit"] = "3000"; })
                .RequireRateLimiting(policy);
        }

        await app.StartAsync();
        await Allocated.ReportAsync();
    }

    private static void Add(RateLimiterOptions options, string policy, int permits, TimeSpan window, int segments) =>
        options.AddPolicy(policy, context => RateLimitPartition.GetSlidingWindowLimiter(
            new Key(
                context.Request.Headers["X-Account-Id"].ToString(),
                context.GetEndpoint()!.DisplayName!,
                context.Request.Headers["X-Mode"] is [var mode] ? mode! : "live"),
            _ => new() { PermitLimit = permits, Window = window, SegmentsPerWindow = segments }));
}
