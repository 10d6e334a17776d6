using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Http;

/// <summary>Unhealthy if a host that serves decisions has no policy, or if the host is stopping. The store may add another check.</summary>
internal sealed class ReadinessCheck(IHostApplicationLifetime lifetime, PolicyCatalog? catalog = null) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("the host is stopping")
            : catalog is { Current.Policies.Count: 0 } ? HealthCheckResult.Unhealthy("no policy is loaded")
            : HealthCheckResult.Healthy());
}
