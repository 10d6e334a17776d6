namespace OrleansLimiter.FrontEnd;

/// <summary>
/// Starts and stops the client like the hosted service of Orleans, but does not block the start of the host. A front-end without a silo
/// listens and is not ready, and <c>on-failure</c> decides.
/// </summary>
internal sealed class ClusterClientService(IClusterClient client, ClusterConnection connection) : BackgroundService
{
    private readonly IHostedService _client = (IHostedService)client;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _client.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _client.StartAsync(stoppingToken);
        connection.OnStarted();
    }
}
