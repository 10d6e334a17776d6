using Microsoft.AspNetCore.Builder;
using OrleansLimiter.Cli;
using OrleansLimiter.Decisions;
using OrleansLimiter.Hosting;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The host of <c>limiter serve</c>, in a process that reports its allocations.</summary>
internal static class EmbeddedHost
{
    public static async Task ServeAsync(int port, int adminPort)
    {
        InlineSocketCompletions.EnableForProcess();
        string overrides = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.json"); // never written
        var host = new LimiterHostBuilder(new()
        {
            Http = { Urls = $"http://127.0.0.1:{port}", AdminUrls = $"http://127.0.0.1:{adminPort}" },
        });
        host.AddInProcessStore(OverrideStore.Open(overrides, TimeProvider.System));
        await using WebApplication app = host.Build(PolicyCatalog.Load(Files.Policies, TimeProvider.System).Catalog);
        await app.StartAsync();
        await Allocated.ReportAsync();
    }
}
