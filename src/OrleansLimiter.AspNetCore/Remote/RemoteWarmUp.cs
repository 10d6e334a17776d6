using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.AspNetCore;

/// <summary>Opens a connection to the remote limiter when the app starts, for one second at most.</summary>
internal sealed class RemoteWarmUp(RemoteLimiter limiter) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => limiter.WarmUpAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
