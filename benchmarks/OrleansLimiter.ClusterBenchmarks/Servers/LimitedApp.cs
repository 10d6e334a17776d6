using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.AspNetCore;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A minimal API with one endpoint, and a limiter or none.</summary>
internal static class LimitedApp
{
    /// <summary>The header with the account.</summary>
    public const string AccountHeader = "X-Api-Key";

    /// <summary>The body of a response.</summary>
    public const string Body = "an order\n";

    private const string Policy = "account";
    private const int Segments = 6;

    public static async Task ServeAsync(int port, AppKind kind)
    {
        await Build(kind, port, _ => { }).StartAsync();
        await ServerUse.ReportAsync();
    }

    /// <summary>Creates the app.</summary>
    /// <param name="kind">What limits it.</param>
    /// <param name="port">The port on loopback.</param>
    /// <param name="configure">Adds services.</param>
    public static WebApplication Build(AppKind kind, int port, Action<IServiceCollection> configure)
    {
        // The folder of the program, because the app watches the files of its folder, and others change files in that of its start.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        AddLimiter(builder.Services, kind);
        configure(builder.Services);
        WebApplication app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        UseLimiter(app, kind.Limiter);
        IEndpointConventionBuilder orders = app.MapGet("/orders/{id}", static () => Body);
        if (kind is { Limiter: AppLimiter.BuiltIn, Limits: 1 })
        {
            orders.RequireRateLimiting(Policy);
        }

        return app;
    }

    private static void AddLimiter(IServiceCollection services, AppKind kind)
    {
        switch (kind.Limiter)
        {
            case AppLimiter.Ours:
                services.AddOrleansLimiter(options => options.Policies.Add(Files.Of($"{kind.Policy}.yaml")));
                break;
            case AppLimiter.BuiltIn:
                services.AddRateLimiter(options =>
                {
                    options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
                    if (kind.Limits == 1)
                    {
                        options.AddPolicy(Policy, AccountWindows(kind));
                    }
                    else
                    {
                        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                            PartitionedRateLimiter.Create(AccountWindows(kind)), PartitionedRateLimiter.Create(EndpointWindows(kind)));
                    }

                });
                break;
        }
    }

    private static void UseLimiter(WebApplication app, AppLimiter limiter)
    {
        switch (limiter)
        {
            case AppLimiter.Ours:
                app.UseOrleansLimiter();
                break;
            case AppLimiter.BuiltIn:
                app.UseRateLimiter();
                break;
        }
    }

    // The inner delegate is created once, because it captures only what the outer one does.
    private static Func<HttpContext, RateLimitPartition<string>> AccountWindows(AppKind kind) => context =>
        RateLimitPartition.GetSlidingWindowLimiter(Account(context), _ => OptionsOf(kind));

    private static Func<HttpContext, RateLimitPartition<(string, string)>> EndpointWindows(AppKind kind) => context =>
        RateLimitPartition.GetSlidingWindowLimiter((Account(context), context.GetEndpoint()!.DisplayName!), _ => OptionsOf(kind));

    private static string Account(HttpContext context) => context.Request.Headers[AccountHeader].ToString();

    private static SlidingWindowRateLimiterOptions OptionsOf(AppKind kind) =>
        new() { PermitLimit = kind.Permits, Window = kind.Window, SegmentsPerWindow = Segments, QueueLimit = 0 };
}
