using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>An ASP.NET Core app with <c>AddRateLimiter</c>: a policy for one limit, <c>CreateChained</c> for several.</summary>
internal static class RateLimiterApp
{
    public static async Task ServeAsync<TKey>(int port, Func<AppLimit, HttpContext, RateLimitPartition<TKey>> partition)
        where TKey : notnull
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Error).AddSimpleConsole(); // the verification prints errors
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            AddOne(options, Shape.Mix, attack: false);
            AddOne(options, Shape.Attack, attack: true);
        });
        WebApplication app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.UseRateLimiter();
        app.MapGet("/", () => { });
        foreach (Shape shape in Shape.ByLimits.Concat(Shape.AttackByLimits))
        {
            IEndpointConventionBuilder route = shape.Limits == 1
                ? app.MapGet(Path(shape), Answer).RequireRateLimiting(shape.Policy)
                : app.MapGet(Path(shape), Chained(shape, Shape.AttackByLimits.Contains(shape)));
        }

        await app.StartAsync();
        await Allocated.ReportAsync();

        void AddOne(RateLimiterOptions options, Shape shape, bool attack)
        {
            AppLimit limit = AppLimit.Of(shape, attack)[0];
            options.AddPolicy(shape.Policy, context => partition(limit, context));
        }

        // The middleware supports a chain only as its global limiter. So each of these routes has a middleware of its own.
        RequestDelegate Chained(Shape shape, bool attack)
        {
            PartitionedRateLimiter<HttpContext>[] limiters =
            [
                .. AppLimit.Of(shape, attack).Select(limit =>
                    PartitionedRateLimiter.Create<HttpContext, TKey>(context => partition(limit, context))),
            ];
            var branch = new ApplicationBuilder(app.Services);
            branch.UseRateLimiter(new RateLimiterOptions
            {
                RejectionStatusCode = StatusCodes.Status429TooManyRequests,
                GlobalLimiter = PartitionedRateLimiter.CreateChained(limiters),
            });
            branch.Run(Answer);
            return branch.Build();
        }
    }

    /// <summary>The account of a request.</summary>
    public static string Account(HttpContext context) => context.Request.Headers["X-Account-Id"].ToString();

    /// <summary>The mode of a request.</summary>
    public static string Mode(HttpContext context) => context.Request.Headers["X-Mode"] is [var mode] ? mode! : "live";

    /// <summary>The endpoint of a request.</summary>
    public static string Endpoint(HttpContext context) => context.GetEndpoint()!.DisplayName!;

    private static string Path(Shape shape) => $"/v1/authorize/{shape.Policy}";

    private static Task Answer(HttpContext context)
    {
        context.Response.Headers["X-RateLimit-Limit"] = "3000";
        return Task.CompletedTask;
    }
}
