using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Orleans;

namespace OrleansLimiter.FrontEnd;

/// <summary>Knows whether there is a silo that this front-end is connected to, and says when that changes.</summary>
internal sealed partial class ClusterConnection(ILogger<ClusterConnection> log) : IClusterConnectionStatusObserver, IHealthCheck
{
    private volatile bool _started;
    private volatile int _gateways;

    /// <summary>The client has found its cluster for the first time.</summary>
    public void Started()
    {
        _started = true;
        LogConnected();
    }

    /// <inheritdoc/>
    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
    {
        _gateways = currentNumberOfGateways;
        if (connectionRecovered && _started)
        {
            LogConnected();
        }
    }

    /// <inheritdoc/>
    public void NotifyClusterConnectionLost()
    {
        _gateways = 0;
        LogLost();
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            !_started ? HealthCheckResult.Unhealthy("no silo has been found yet")
            : _gateways == 0 ? HealthCheckResult.Unhealthy("the connection to the cluster is lost")
            : HealthCheckResult.Healthy());

    [LoggerMessage(70, LogLevel.Information, "Connected to the cluster")]
    private partial void LogConnected();

    [LoggerMessage(71, LogLevel.Warning, "The connection to the cluster is lost; on-failure decides until a silo is back")]
    private partial void LogLost();
}
