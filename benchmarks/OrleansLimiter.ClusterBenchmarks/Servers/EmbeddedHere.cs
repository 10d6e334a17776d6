using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Embedded;
using OrleansLimiter.Http;
using OrleansLimiter.Policies.Files;
using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The embedded limiter, composed as <c>limiter serve</c> does, in a process that can tell what it has allocated.</summary>
internal static class EmbeddedHere
{
    public static async Task ServeAsync(int port, int adminPort)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        var clock = new LimiterClock(TimeProvider.System);
        string overrides = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.json"); // never written
        builder.Services
            .AddSingleton(clock)
            .AddSingleton<IGroups>(new EmbeddedGroups(clock))
            .AddSingleton<IOverrides>(OverrideStore.Open(overrides, TimeProvider.System))
            .AddSingleton(PolicyCatalog.Load([Files.Bench, Files.Attack], TimeProvider.System).Catalog!)
            .AddOrleansLimiter(options =>
            {
                options.Urls = $"http://127.0.0.1:{port}";
                options.AdminUrls = $"http://127.0.0.1:{adminPort}";
            });
        WebApplication app = builder.Build();
        app.MapOrleansLimiter();
        await app.StartAsync();
        await Allocated.TellAsync();
    }
}
