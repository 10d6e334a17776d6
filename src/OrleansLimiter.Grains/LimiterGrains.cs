using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>Adds bucket groups to a silo.</summary>
public static class LimiterGrains
{
    /// <summary>
    /// Adds the services of the grains. The host adds <see cref="LimiterClock"/> itself, and grain storage named
    /// <c>overrides</c>.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="maxGroups">The bound on living groups of this silo, 1 or more.</param>
    /// <returns>The silo.</returns>
    public static ISiloBuilder AddLimiterGrains(this ISiloBuilder silo, int maxGroups = LivingGroups.DefaultMax)
    {
        silo.Services.TryAddSingleton(services => new SiloGroupRegistry(
            services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString(),
            services.GetRequiredService<LimiterClock>(),
            maxGroups));
        silo.Services.TryAddSingleton<ILocalGroups>(services => services.GetRequiredService<SiloGroupRegistry>());
        silo.Services.TryAddSingleton<IHostingSilos, ManifestHostingSilos>();
        silo.Services.AddSingleton<IPlacementStrategyResolver, AccountPlacementResolver>();
        return silo
            .AddPlacementDirector<SiloPlacement, SiloPlacementDirector>()
            .AddPlacementDirector<AccountPlacement, AccountPlacementDirector>();
    }
}
