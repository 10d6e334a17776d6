using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;

namespace OrleansLimiter.Grains;

/// <summary>What a silo adds to hold groups.</summary>
public static class LimiterGrains
{
    /// <summary>
    /// Adds what the grains need. The host adds <see cref="LimiterClock"/> itself, and grain storage named
    /// <c>overrides</c>.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="maxGroups">The bound on living groups of this silo, 1 or more.</param>
    /// <returns>The silo.</returns>
    public static ISiloBuilder AddLimiterGrains(this ISiloBuilder silo, int maxGroups = SiloGroups.DefaultMaxGroups)
    {
        silo.Services.TryAddSingleton(services => new SiloGroups(services.GetRequiredService<LimiterClock>(), maxGroups));
        return silo.AddPlacementDirector<SiloPlacement, SiloPlacementDirector>();
    }
}
