using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Starts and stops the client like the hosted service of Orleans, but does not block the start of the host. A front-end without a silo
/// listens and is not ready, and <c>on-failure</c> decides. Does nothing in the process of a silo.
/// </summary>
internal sealed partial class ClusterClientService(
    IServiceProvider services, ClusterConnection connection, ILogger<ClusterClientService> log) : BackgroundService, IHostedLifecycleService
{
    // The client of a silo is no hosted service.
    private readonly IHostedService? _client = services.GetService<IClusterClient>() as IHostedService;
    private bool _isDetached;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (_client is null)
        {
            connection.OnSilo();
            if (services.GetService<ILocalGroups>() is null)
            {
                LogNoGrains();
            }
        }
        else if (!(_isDetached = ClientStart.TryDetach(services, _client)))
        {
            LogBlocked();
        }

        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (_client is not null && !_isDetached)
        {
            connection.OnStarted();
        }

        return Task.CompletedTask;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (_isDetached)
        {
            await _client!.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_isDetached)
        {
            await _client!.StartAsync(stoppingToken).ConfigureAwait(false);
            connection.OnStarted();
        }
    }

    [LoggerMessage(79, LogLevel.Warning,
        "The silo of this app holds no bucket groups, so another silo of its cluster must: call silo.AddLimiterGrains() on each silo")]
    private partial void LogNoGrains();

    [LoggerMessage(77, LogLevel.Warning,
        "The start of the app waits for a silo. Call UseCluster after UseOrleansClient, so that the app starts without one")]
    private partial void LogBlocked();
}
