using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>What a front-end adds for its groups.</summary>
public static class ClusterGroupsServices
{
    // The name of the limiter's own meter, which the host's metrics listen to.
    private const string MeterName = "OrleansLimiter";

    /// <summary>
    /// Adds <see cref="ClusterGroups"/> as the host's <see cref="IGroups"/>, a health check by which it is not ready while the
    /// cluster is silent, and a metric. The host itself adds <see cref="LimiterClock"/> and an Orleans client or silo.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddClusterGroups(this IServiceCollection services)
    {
        services.AddSingleton(Create).AddSingleton<IGroups>(provider => Measured(
            provider.GetRequiredService<ClusterGroups>(), provider.GetRequiredService<IMeterFactory>()));
        services.AddMetrics().AddHealthChecks().AddCheck<Answering>("groups");
        return services;
    }

    private static ClusterGroups Create(IServiceProvider services) => new(
        services.GetRequiredService<IGrainFactory>(),
        services.GetRequiredService<LimiterClock>(),
        services.GetRequiredService<ILogger<ClusterGroups>>(),
        services.GetService<LimiterOptions>(),
        services.GetService<ILocalGroups>());

    private static ClusterGroups Measured(ClusterGroups groups, IMeterFactory meters)
    {
        meters.Create(MeterName).CreateObservableCounter(
            "orleans_limiter.cluster_calls_refused",
            () => groups.CallsRefused,
            description: "Calls of groups that were not made because the cluster did not answer others.");
        return groups;
    }

    // A cluster that nobody asks cannot show that it is back, and who is not ready is not asked: so this asks.
    private sealed class Answering(ClusterGroups groups) : IHealthCheck
    {
        // Enough for every silo to have some, so that one that is gone does not speak for all.
        private const int Probes = 64;

        private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var nobody = new Account(AccountKind.Id, $"probe-{Random.Shared.Next(Probes)}");
            Task probe = groups.ConfirmAsync(GroupKey.ForAccount("", nobody), TakeId.New()).AsTask();
            await Task.WhenAny(probe, Task.Delay(Patience, cancellationToken)).ConfigureAwait(false);
            return groups.IsSilent ? HealthCheckResult.Unhealthy("the cluster does not answer") : HealthCheckResult.Healthy();
        }
    }
}
