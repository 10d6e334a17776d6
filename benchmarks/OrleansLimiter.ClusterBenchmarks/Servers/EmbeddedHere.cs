using Microsoft.AspNetCore.Builder;
using OrleansLimiter.Cli;
using OrleansLimiter.Http;
using OrleansLimiter.Policies.Files;
using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The host of <c>limiter serve</c>, in a process that can tell what it has allocated.</summary>
internal static class EmbeddedHere
{
    public static async Task ServeAsync(int port, int adminPort)
    {
        SocketThreads.Serve();
        string overrides = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.json"); // never written
        await using WebApplication app = EmbeddedHost.Build(
            PolicyCatalog.Load([Files.Bench, Files.Attack], TimeProvider.System).Catalog!,
            OverrideStore.Open(overrides, TimeProvider.System),
            LivingGroups.DefaultMax,
            options =>
            {
                options.Urls = $"http://127.0.0.1:{port}";
                options.AdminUrls = $"http://127.0.0.1:{adminPort}";
            },
            logs: true);
        await app.StartAsync();
        await Allocated.TellAsync();
    }
}
