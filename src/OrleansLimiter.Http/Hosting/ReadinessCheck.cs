using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

/// <summary>
/// Healthy while the host has a policy, if it serves decisions, and is not stopping. The store adds a check of its own.
/// </summary>
internal sealed class ReadinessCheck(IHostApplicationLifetime lifetime, PolicyCatalog? catalog = null) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("the host is stopping")
            : catalog is { Current.Policies.Count: 0 } ? HealthCheckResult.Unhealthy("no policy is loaded")
            : HealthCheckResult.Healthy());
}
