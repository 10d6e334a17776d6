using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Http;
using OrleansLimiter.Policies.Files;
using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.Cli;

/// <summary>Composes the host: HTTP over groups that live in this process.</summary>
internal static class EmbeddedHost
{
    /// <summary>Builds the host; it does not listen yet.</summary>
    /// <param name="catalog">The policies in force.</param>
    /// <param name="overrides">The overrides in force.</param>
    /// <param name="maxGroups">The bound on living groups, 1 or more.</param>
    /// <param name="configure">Sets how it is reached.</param>
    /// <param name="logs">Whether it logs, to standard error.</param>
    public static WebApplication Build(
        PolicyCatalog catalog, IOverrides overrides, int maxGroups, Action<LimiterHttpOptions> configure, bool logs)
    {
        // Empty: the command line says everything. A file or variable that happens to lie around must not move a socket.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseSockets(SocketThreads.Configure);
        builder.Services.AddRouting();
        if (logs)
        {
            builder.Logging.AddLimiterLogs();
        }

        var clock = new LimiterClock(TimeProvider.System);
        var store = new InProcessBucketStore(clock, maxGroups);
        builder.Services
            .AddSingleton(clock)
            .AddSingleton<IBucketStore>(_ => store)
            .AddSingleton(overrides)
            .AddSingleton(catalog)
            .AddSingleton(new EngineFigures(() => store.Living.Count, () => store.Living.Swept, () => store.Living.BoundReached))
            .AddOrleansLimiter(configure);
        WebApplication app = builder.Build();
        app.MapOrleansLimiter();
        return app;
    }
}
