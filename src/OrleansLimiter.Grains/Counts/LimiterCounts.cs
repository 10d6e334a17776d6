using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Storage;

namespace OrleansLimiter.Grains;

/// <summary>Adds the storage of counts to a silo.</summary>
public static class LimiterCounts
{
    /// <summary>
    /// Keeps the counts of limits with <c>survive: restart</c> over a restart of all silos, in grain storage named <c>counts</c>, which the
    /// app adds. A crash of all silos loses at most the counts of about 5 s. Decisions do not wait for the storage.
    /// </summary>
    /// <param name="silo">A silo with <see cref="LimiterGrains.AddLimiterGrains"/>.</param>
    /// <returns>The silo. It does not start if there is no grain storage named <c>counts</c>.</returns>
    public static ISiloBuilder AddLimiterCounts(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        return silo.AddLimiterCounts(new CountsOptions());
    }

    /// <summary>
    /// Keeps the counts of limits with <c>survive: restart</c> in grain storage named <c>counts</c>, which the host adds.
    /// </summary>
    internal static ISiloBuilder AddLimiterCounts(this ISiloBuilder silo, CountsOptions options)
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
        services.GetKeyedService<IGrainStorage>(CountsOptions.StorageName) ?? throw new InvalidOperationException(
            $"The silo keeps counts, but has no grain storage named '{CountsOptions.StorageName}': add one, such as "
            + $"silo.AddAdoNetGrainStorage(\"{CountsOptions.StorageName}\", …), or set Orleans:GrainStorage:{CountsOptions.StorageName}");
}
