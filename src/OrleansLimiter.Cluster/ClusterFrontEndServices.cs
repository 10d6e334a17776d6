using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Adds the services of a front-end of a cluster. The host adds <see cref="LimiterClock"/> and an Orleans client or silo.
/// </summary>
public static class ClusterFrontEndServices
{
    // The name of the meter of the limiter, whose instruments the metrics endpoint of the host serves.
    internal const string MeterName = "OrleansLimiter";

    /// <summary>The tag of the health checks of the limiter: <c>limiter</c>.</summary>
    public const string HealthTag = "limiter";

    /// <summary>
    /// Adds the bucket groups and the overrides of the cluster, with their health checks. A client connects in the background, so that the
    /// host starts without a silo.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="options">The deadline of decisions, and the store that counts while the cluster is unavailable.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddClusterFrontEnd(this IServiceCollection services, LimiterOptions options) =>
        services.AddClusterFrontEnd(_ => options);

    /// <summary>
    /// Adds <see cref="ClusterBucketStore"/> as the <see cref="IBucketStore"/>, a metric, and a health check that is unhealthy while the
    /// cluster does not reply.
    /// </summary>
    public static IServiceCollection AddClusterBucketStore(this IServiceCollection services)
    {
        services.AddSingleton(Create).AddSingleton<IBucketStore>(provider => provider.GetRequiredService<ClusterBucketStore>());
        services.AddHostedService<LocationTrim>().AddMetrics().AddHealthChecks()
            .AddCheck<ClusterHealthCheck>("groups", tags: [HealthTag]);
        return services;
    }

    /// <summary>
    /// Adds <see cref="ClusterOverrides"/> as the <see cref="IOverrides"/>, and a health check that is unhealthy until they are loaded.
    /// </summary>
    public static IServiceCollection AddClusterOverrides(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ClusterOverrides(
            GrainFactoryOf(provider),
            provider.GetRequiredService<LimiterClock>(),
            provider.GetRequiredService<ILogger<ClusterOverrides>>()));
        services.AddSingleton<IOverrides>(provider => provider.GetRequiredService<ClusterOverrides>());
        services.AddHostedService(provider => provider.GetRequiredService<ClusterOverrides>());
        services.AddHealthChecks().AddCheck<OverridesHealthCheck>("overrides", tags: [HealthTag]);
        return services;
    }

    internal static IServiceCollection AddClusterFrontEnd(
        this IServiceCollection services, Func<IServiceProvider, LimiterOptions> options) => services
        .AddClusterConnection().AddClusterBucketStore().AddClusterOverrides().AddSingleton(options).AddWarmUp()
        .AddHostedService<LongLimitsLog>();

    // The last filter counts. The app may have one of its own; that of Orleans gives up.
    private static IServiceCollection AddClusterConnection(this IServiceCollection services)
    {
        ClientStart.Detach(services);
        if (!services.Any(service => service.ServiceType == typeof(IClientConnectionRetryFilter)
            && service.ImplementationType?.Assembly != typeof(IClusterClient).Assembly))
        {
            services.AddSingleton<IClientConnectionRetryFilter, ClientConnectionRetryFilter>();
        }

        services
            .AddSingleton<ClusterConnection>()
            .AddSingleton<IClusterConnectionStatusObserver>(provider => provider.GetRequiredService<ClusterConnection>())
            .AddHostedService<ClusterClientService>()
            .AddHealthChecks().AddCheck<ClusterConnection>("client", tags: [HealthTag]);
        return services;
    }

    private static IServiceCollection AddWarmUp(this IServiceCollection services)
    {
        services.AddSingleton<WarmUp>().AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        services.AddHealthChecks().AddCheck<WarmUp>("warm-up", tags: [HealthTag]);
        return services;
    }

    private static ClusterBucketStore Create(IServiceProvider services)
    {
        var store = new ClusterBucketStore(
            GrainFactoryOf(services),
            services.GetRequiredService<LimiterClock>(),
            services.GetRequiredService<ILogger<ClusterBucketStore>>(),
            services.GetService<LimiterOptions>(),
            services.GetService<ILocalGroups>(),
            services.GetService<IHostingSilos>());
        services.GetRequiredService<IMeterFactory>().Create(MeterName).CreateObservableCounter(
            "orleans_limiter.cluster_calls_refused",
            () => store.CallsRefused,
            description: "Calls to bucket groups that were not made because the cluster did not reply to other calls.");
        return store;
    }

    private static IGrainFactory GrainFactoryOf(IServiceProvider services) =>
        services.GetService<IGrainFactory>() ?? throw new InvalidOperationException(
            "The limiter counts in a cluster, but this app has neither an Orleans client nor a silo: call builder.UseOrleansClient(…), or "
            + "builder.UseOrleans(silo => silo.AddLimiterGrains())");

    // Calls the cluster, because a host that is not ready receives no requests, and so would not detect that the cluster is available.
    private sealed class ClusterHealthCheck(ClusterBucketStore store) : IHealthCheck
    {
        // Enough accounts that every silo has some of them, so that one stopped silo does not make the check fail.
        private const int ProbeAccounts = 64;

        private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(200);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var account = new Account(AccountKind.Id, $"probe-{Random.Shared.Next(ProbeAccounts)}");
            Task probe = store.ExecuteAsync(new(GroupKey.ForAccount("", account), BucketOperation.Commit(OperationId.New()))).AsTask();
            await Task.WhenAny(probe, Task.Delay(Timeout, cancellationToken)).ConfigureAwait(false);
            return store.IsSilent ? HealthCheckResult.Unhealthy("the cluster does not reply") : HealthCheckResult.Healthy();
        }
    }

    private sealed class OverridesHealthCheck(ClusterOverrides overrides) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(overrides.Missing is { } missing ? HealthCheckResult.Unhealthy(missing) : HealthCheckResult.Healthy());
    }
}
