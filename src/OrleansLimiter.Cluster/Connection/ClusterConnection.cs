using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cluster;

/// <summary>Observes whether this front-end is connected to a silo, and logs changes.</summary>
internal sealed partial class ClusterConnection(ILogger<ClusterConnection> log) : IClusterConnectionStatusObserver, IHealthCheck
{
    private volatile bool _isInSilo;
    private volatile bool _started;
    private volatile int _gateways;

    /// <summary>Records that a silo is in this process, so that no connection is needed.</summary>
    public void OnSilo() => _isInSilo = true;

    /// <summary>Records that the client has connected for the first time.</summary>
    public void OnStarted()
    {
        _started = true;
        LogConnected();
    }

    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
    {
        _gateways = currentNumberOfGateways;
        if (connectionRecovered && _started)
        {
            LogConnected();
        }
    }

    public void NotifyClusterConnectionLost()
    {
        _gateways = 0;
        LogLost();
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            _isInSilo ? HealthCheckResult.Healthy()
            : !_started ? HealthCheckResult.Unhealthy("no silo has been found yet")
            : _gateways == 0 ? HealthCheckResult.Unhealthy("the connection to the cluster is lost")
            : HealthCheckResult.Healthy());

    [LoggerMessage(70, LogLevel.Information, "Connected to the cluster")]
    private partial void LogConnected();

    [LoggerMessage(71, LogLevel.Warning, "The connection to the cluster is lost; on-failure decides until it is restored")]
    private partial void LogLost();
}
