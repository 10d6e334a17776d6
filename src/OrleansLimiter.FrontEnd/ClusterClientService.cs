using Microsoft.Extensions.Hosting;
using Orleans;

namespace OrleansLimiter.FrontEnd;

/// <summary>
/// Starts and stops the client as Orleans' own service would, but beside the host's start: a front-end without a silo
/// listens, says that it is not ready, and lets <c>on-failure</c> decide.
/// </summary>
internal sealed class ClusterClientService(IClusterClient client, ClusterConnection connection) : BackgroundService
{
    private readonly IHostedService _client = (IHostedService)client;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _client.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _client.StartAsync(stoppingToken);
            connection.Started();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop before a silo was found.
        }
    }
}
