using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Storage;

namespace OrleansLimiter.Grains;

/// <summary>Adds the storage of counts to a silo.</summary>
internal static class LimiterCounts
{
    /// <summary>
    /// Keeps the counts of limits with <c>survive: restart</c> in grain storage named <c>counts</c>, which the host adds.
    /// </summary>
    public static ISiloBuilder AddLimiterCounts(this ISiloBuilder silo, CountsOptions options)
    {
        silo.Services
            .AddSingleton(options)
            .AddSingleton(services => new CountsCounters(
                services.GetRequiredService<LimiterClock>(),
                services.GetRequiredService<IMeterFactory>(),
                services.GetRequiredService<ILogger<CountsCounters>>()))
            .AddSingleton(services => new CountsSender(
                services.GetRequiredService<SiloGroupRegistry>(),
                services.GetRequiredService<IGrainFactory>(),
                StorageOf(services),
                options,
                services.GetRequiredService<CountsCounters>()))
            .AddSingleton<IHostedService>(services => services.GetRequiredService<CountsSender>())
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<CountsSender>())
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => new CountsLoader(
                services.GetRequiredService<SiloGroupRegistry>(), services.GetRequiredService<Replicas>(), StorageOf(services), options,
                services.GetRequiredService<CountsCounters>()));
        return silo;
    }

    private static IGrainStorage StorageOf(IServiceProvider services) =>
        services.GetRequiredKeyedService<IGrainStorage>(CountsOptions.StorageName);
}
