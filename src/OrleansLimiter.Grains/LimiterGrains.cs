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
    /// Lets a silo hold the bucket groups and the overrides of a limiter: the silo of an app, or one of a cluster that only counts. Every
    /// silo of the cluster needs this call. An app calls <c>UseCluster()</c> on its limiter as well, to count in them.
    /// </summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item>Overrides are in grain storage named <c>overrides</c>, which the app adds before or after this call, or by configuration.
    /// Without it they are in the memory of the silos and end with them; a warning says so.</item>
    /// <item>Counts are in the memory of the silos. A silo that stops hands its groups over (<see cref="HandOverOptions"/>; the
    /// <c>ShutdownTimeout</c> of the host must be longer), and each group has a replica on another silo (<see cref="ReplicaOptions"/>).
    /// <see cref="LimiterCounts.AddLimiterCounts(ISiloBuilder)"/> keeps counts over a restart of all silos.</item>
    /// <item>In the default grain directory of Orleans, the entries of a silo that leaves are lost, and counts of groups on other silos
    /// with them. An app with several silos should call <c>silo.AddDistributedGrainDirectory()</c>. It also holds for its own grains.</item>
    /// <item>Health checks with the tag <see cref="ClusterFrontEndServices.HealthTag"/>: <c>probes</c> is unhealthy until groups can be
    /// activated on this silo; <c>fence</c> is degraded while no other silo hears this one, which then decides nothing.</item>
    /// </list>
    /// The clock is <see cref="LimiterClock"/>; without one, that of the <see cref="TimeProvider"/> of the app or of the system. A second
    /// call has no effect.
    /// </remarks>
    /// <param name="silo">The silo.</param>
    /// <param name="maxGroups">The maximum number of living groups of this silo, 1 or more.</param>
    /// <param name="maxGroupMemory">
    /// The maximum of the estimated memory of living groups and their grains in bytes, 1 or more; null for
    /// <see cref="LivingGroups.DefaultMaxBytes"/>.
    /// </param>
    /// <param name="decideWhenIsolated">
    /// Whether a silo decides that hears neither other silos nor the membership table. Such a silo is usually the one that was cut off.
    /// </param>
    /// <returns>The silo.</returns>
    public static ISiloBuilder AddLimiterGrains(
        this ISiloBuilder silo, int maxGroups = LivingGroups.DefaultMax, long? maxGroupMemory = null, bool decideWhenIsolated = false)
    {
        ArgumentNullException.ThrowIfNull(silo);
        if (silo.Services.Any(service => service.ServiceType == typeof(SiloGroupRegistry)))
        {
            return silo;
        }

        silo.Services.TryAddSingleton(services => new LimiterClock(services.GetService<TimeProvider>() ?? TimeProvider.System));
        return silo.AddDefaultOverrideStorage().AddGroupGrains(maxGroups, maxGroupMemory).AddActivationProbe()
            .AddFencing(decideWhenIsolated);
    }

    /// <summary>
    /// Adds the grains without what a silo needs in a deployment: the clock and the storage of overrides, which must be there, the fence,
    /// and the health checks.
    /// </summary>
    internal static ISiloBuilder AddGroupGrains(
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
        silo.Services.AddHealthChecks().AddCheck<FenceHealthCheck>("fence", tags: [ClusterFrontEndServices.HealthTag]);
        return silo.AddGrainService<HeartbeatService>();
    }

    /// <summary>Adds a health check that is unhealthy until probe keys have been activated on this silo.</summary>
    internal static ISiloBuilder AddActivationProbe(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<ActivationProbe>().AddHostedService(services => services.GetRequiredService<ActivationProbe>());
        silo.Services.AddHealthChecks().AddCheck<ActivationProbe>("probes", tags: [ClusterFrontEndServices.HealthTag]);
        return silo;
    }
}
