using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace OrleansLimiter.Grains;

/// <summary>Adds bucket groups to a silo.</summary>
public static class LimiterGrains
{
    /// <summary>
    /// Adds the services of the grains. The host adds <see cref="LimiterClock"/>, and grain storage named <c>overrides</c>, and can
    /// configure <see cref="HandOverOptions"/> and <see cref="ReplicaOptions"/>.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="maxGroups">The maximum number of living groups of this silo, 1 or more.</param>
    /// <param name="maxGroupMemory">
    /// The maximum of the estimated memory of living groups and their grains in bytes, 1 or more; null for
    /// <see cref="LivingGroups.DefaultMaxBytes"/>.
    /// </param>
    public static ISiloBuilder AddLimiterGrains(
        this ISiloBuilder silo, int maxGroups = LivingGroups.DefaultMax, long? maxGroupMemory = null)
    {
        silo.Services.TryAddSingleton(services => new SiloGroupRegistry(
            services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString(),
            services.GetRequiredService<LimiterClock>(),
            maxGroups,
            maxGroupMemory));
        silo.Services.TryAddSingleton<IHostingSilos, ManifestHostingSilos>();
        silo.Services.TryAddSingleton(services => new LocalGroups(
            services.GetRequiredService<SiloGroupRegistry>(),
            services.GetRequiredService<IGrainFactory>(),
            services.GetRequiredService<IHostingSilos>()));
        silo.Services.TryAddSingleton(services => new HandOvers(
            services.GetRequiredService<SiloGroupRegistry>(),
            services.GetRequiredService<IGrainFactory>(),
            services.GetRequiredService<IHostingSilos>(),
            services.GetRequiredService<IMeterFactory>(),
            services.GetRequiredService<IOptions<HandOverOptions>>(),
            services.GetRequiredService<ILogger<HandOvers>>(),
            services.GetRequiredService<Replicas>(),
            services.GetService<CountsSender>()));
        silo.Services.TryAddSingleton(services => new Replicas(
            services.GetRequiredService<SiloGroupRegistry>(),
            services.GetRequiredService<IGrainFactory>(),
            services.GetRequiredService<IHostingSilos>(),
            services.GetRequiredService<IMeterFactory>(),
            services.GetRequiredService<IOptions<ReplicaOptions>>().Value,
            silo => services.GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatus(silo)
                is SiloStatus.ShuttingDown or SiloStatus.Stopping,
            services.GetRequiredService<ILogger<Replicas>>()));
        silo.Services.AddHostedService(services => services.GetRequiredService<Replicas>().Sender);
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<HandOvers>());
        silo.Services.AddHostedService(services => new GroupMover(
            services.GetRequiredService<SiloGroupRegistry>(),
            services.GetRequiredService<IHostingSilos>(),
            services.GetRequiredService<LimiterClock>()));
        silo.Services.TryAddSingleton<ILocalGroups>(services => services.GetRequiredService<LocalGroups>());
        silo.Services.AddSingleton<IPlacementStrategyResolver, AccountPlacementResolver>();
        return silo
            .AddPlacementDirector<SiloPlacement, SiloPlacementDirector>()
            .AddPlacementDirector<AccountPlacement, AccountPlacementDirector>();
    }

    /// <summary>
    /// Adds the fence: the silo decides only while another active silo acknowledges its heartbeats, or while there is no other one.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="decideWhenIsolated">Whether a silo decides that hears neither other silos nor the membership table.</param>
    internal static ISiloBuilder AddFencing(this ISiloBuilder silo, bool decideWhenIsolated)
    {
        silo.Services.AddSingleton(services => new FenceOptions
        {
            DecideWhenIsolated = decideWhenIsolated,
            Span = FenceOptions.SpanFor(services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value),
        });
        silo.Services.TryAddSingleton<IHeartbeatSender, HeartbeatSender>();
        silo.Services.AddSingleton<Fence>().AddSingleton<FenceThread>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<FenceThread>());
        silo.Services.AddHealthChecks().AddCheck<FenceHealthCheck>("fence");
        return silo.AddGrainService<HeartbeatService>();
    }

    /// <summary>Adds a health check that is unhealthy until probe keys have been activated on this silo.</summary>
    internal static ISiloBuilder AddActivationProbe(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<ActivationProbe>().AddHostedService(services => services.GetRequiredService<ActivationProbe>());
        silo.Services.AddHealthChecks().AddCheck<ActivationProbe>("probes");
        return silo;
    }
}
