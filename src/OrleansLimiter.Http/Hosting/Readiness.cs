using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Http;

/// <summary>
/// Whether this process can decide: it has a policy (where it decides at all), and it is not on its way out. An engine
/// adds a check of its own.
/// </summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime, PolicyCatalog? catalog = null) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("the host is stopping")
            : catalog is { Current.Policies.Count: 0 } ? HealthCheckResult.Unhealthy("no policy is loaded")
            : HealthCheckResult.Healthy());
}
