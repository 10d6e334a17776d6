using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>What a front-end adds for its bucket store.</summary>
public static class ClusterBucketStoreServices
{
    // The name of the limiter's own meter, which the host's metrics listen to.
    private const string MeterName = "OrleansLimiter";

    /// <summary>
    /// Adds <see cref="ClusterBucketStore"/> as the host's <see cref="IBucketStore"/>, a health check by which it is not ready
    /// while the cluster is silent, and a metric. The host itself adds <see cref="LimiterClock"/> and an Orleans client or silo.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddClusterBucketStore(this IServiceCollection services)
    {
        services.AddSingleton(Create).AddSingleton<IBucketStore>(provider => Measured(
            provider.GetRequiredService<ClusterBucketStore>(), provider.GetRequiredService<IMeterFactory>()));
        services.AddMetrics().AddHealthChecks().AddCheck<ClusterHealthCheck>("groups");
        return services;
    }

    private static ClusterBucketStore Create(IServiceProvider services) => new(
        services.GetRequiredService<IGrainFactory>(),
        services.GetRequiredService<LimiterClock>(),
        services.GetRequiredService<ILogger<ClusterBucketStore>>(),
        services.GetService<LimiterOptions>(),
        services.GetService<ILocalGroups>());

    private static ClusterBucketStore Measured(ClusterBucketStore store, IMeterFactory meters)
    {
        meters.Create(MeterName).CreateObservableCounter(
            "orleans_limiter.cluster_calls_refused",
            () => store.CallsRefused,
            description: "Calls of groups that were not made because the cluster did not answer others.");
        return store;
    }

    // A cluster that is not called cannot show that it is back, and a host that is not ready is sent no requests: so this calls it.
    private sealed class ClusterHealthCheck(ClusterBucketStore store) : IHealthCheck
    {
        // Enough for every silo to have some, so that one that is gone does not speak for all.
        private const int Probes = 64;

        private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(200);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var nobody = new Account(AccountKind.Id, $"probe-{Random.Shared.Next(Probes)}");
            Task probe = store.ExecuteAsync(new(GroupKey.ForAccount("", nobody), BucketOperation.Commit(OperationId.New()))).AsTask();
            await Task.WhenAny(probe, Task.Delay(Timeout, cancellationToken)).ConfigureAwait(false);
            return store.IsSilent ? HealthCheckResult.Unhealthy("the cluster does not answer") : HealthCheckResult.Healthy();
        }
    }
}
