using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.Cli;

/// <summary>Adds the in-process store to a host.</summary>
internal static class InProcessStore
{
    /// <summary>Adds a store in this process, its counters, and the overrides.</summary>
    public static void AddInProcessStore(this LimiterHostBuilder host, IOverrides overrides)
    {
        var store = new InProcessBucketStore(host.Clock, host.Settings.MaxGroups, host.Settings.MaxGroupMemory);
        host.Web.Services
            .AddSingleton<IBucketStore>(_ => store) // by factories, so that the host disposes of them
            .AddSingleton(_ => overrides)
            .AddSingleton(new StoreCounters(store.Living));
    }
}
