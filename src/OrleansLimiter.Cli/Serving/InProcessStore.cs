using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Decisions;
using OrleansLimiter.Hosting;
using OrleansLimiter.Http;

namespace OrleansLimiter.Cli;

/// <summary>The store of a host on one machine.</summary>
internal static class InProcessStore
{
    /// <summary>Adds bucket groups that live in this process.</summary>
    /// <param name="host">The host.</param>
    /// <param name="overrides">The overrides in force.</param>
    public static void AddInProcessStore(this LimiterHostBuilder host, IOverrides overrides)
    {
        var store = new InProcessBucketStore(host.Clock, host.Settings.MaxGroups);
        host.Web.Services
            .AddSingleton<IBucketStore>(_ => store) // by a factory, so that the host disposes of it
            .AddSingleton(overrides)
            .AddSingleton(new StoreCounters(() => store.Living.Count, () => store.Living.Swept, () => store.Living.BoundReached));
    }
}
