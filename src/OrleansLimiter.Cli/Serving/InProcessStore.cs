using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.Cli;

/// <summary>Adds the in-process store to a host.</summary>
internal static class InProcessStore
{
    /// <summary>Adds a store in this process, its counters, and the overrides.</summary>
    /// <param name="host">The host.</param>
    /// <param name="overrides">The overrides.</param>
    /// <param name="counts">The file in which the counts of the store are kept; null for none.</param>
    public static void AddInProcessStore(this LimiterHostBuilder host, IOverrides overrides, string? counts = null)
    {
        var store = new InProcessBucketStore(host.Clock, host.Settings.MaxGroups, host.Settings.MaxGroupMemory);
        host.Web.Services
            .AddSingleton<IBucketStore>(_ => store) // by factories, so that the host disposes of them
            .AddSingleton(_ => overrides)
            .AddSingleton(new StoreCounters(store.Living));
        if (counts is not null)
        {
            host.Web.Services
                .AddSingleton(services => new CountsKeeper(
                    new(counts), store, host.Clock, new(() => services.GetRequiredService<PolicyCatalog>().Current)))
                .AddHostedService<CountsService>();
        }
    }
}
