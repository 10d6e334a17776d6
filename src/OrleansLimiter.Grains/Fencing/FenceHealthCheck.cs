using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansLimiter.Grains;

/// <summary>
/// A detail of <c>/readyz</c> while the fence is closed. The host stays ready: its front-end decides by <c>on-failure</c>, and if all hosts
/// are cut off from each other, none would receive requests otherwise.
/// </summary>
internal sealed class FenceHealthCheck(Fence fence, LimiterClock clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(fence.ClosedSince is { } since
            ? HealthCheckResult.Degraded(
                $"the silo decides nothing since {(clock.Now - since).TotalSeconds:f1} s, "
                + "because no other silo acknowledges its heartbeats")
            : HealthCheckResult.Healthy());
}
