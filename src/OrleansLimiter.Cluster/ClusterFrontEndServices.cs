using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>What a front-end of a cluster adds to its services.</summary>
public static class ClusterFrontEndServices
{
    /// <summary>
    /// Adds the bucket groups and the overrides of the cluster, with their health checks. The host itself adds
    /// <see cref="LimiterClock"/> and an Orleans client or silo.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">How long a decision may take, and what counts while the cluster is unavailable.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddClusterFrontEnd(this IServiceCollection services, LimiterOptions options) =>
        services.AddClusterBucketStore().AddClusterOverrides().AddSingleton(options);
}
