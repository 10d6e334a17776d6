using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>What a front-end adds for its overrides.</summary>
public static class ClusterOverridesServices
{
    /// <summary>
    /// Adds <see cref="ClusterOverrides"/> as the host's <see cref="IOverrides"/>, and a health check by which it is not ready
    /// before they are loaded. The host itself adds <see cref="LimiterClock"/> and an Orleans client or silo.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddClusterOverrides(this IServiceCollection services)
    {
        services.AddSingleton<ClusterOverrides>();
        services.AddSingleton<IOverrides>(provider => provider.GetRequiredService<ClusterOverrides>());
        services.AddHostedService(provider => provider.GetRequiredService<ClusterOverrides>());
        services.AddHealthChecks().AddCheck<Loaded>("overrides");
        return services;
    }

    private sealed class Loaded(ClusterOverrides overrides) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(overrides.Missing is { } missing ? HealthCheckResult.Unhealthy(missing) : HealthCheckResult.Healthy());
    }
}
