using System.Runtime.InteropServices;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Keeps a host serving for a while after SIGTERM, before any of its services stops. The host is not ready meanwhile, and its responses
/// contain <c>Connection: close</c>. Then it closes idle connections. After that the listener stops, and then the client or the silo.
/// Ctrl+C ends the delay: a person at a terminal has no load balancer in front of the host.
/// </summary>
internal sealed partial class ConnectionDrain(
    HostSettings settings, LimiterClock clock, IHostApplicationLifetime lifetime, StartGate gate, OpenConnections connections,
    ILogger<ConnectionDrain> log)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _skip = new();
    private PosixSignalRegistration? _interrupt;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => _skip.Cancel());
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lifetime.StopApplication(); // readiness first
        if (gate.Listening.IsCompleted && !_skip.IsCancellationRequested) // otherwise there is no connection
        {
            LogDraining(settings.DrainDelay);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_skip.Token, cancellationToken);
            await Task.Delay(settings.DrainDelay, clock.Time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        connections.Close();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _interrupt?.Dispose();
        _skip.Dispose();
    }

    [LoggerMessage(80, LogLevel.Information, "The host is stopping; it serves for {Delay} more, with Connection: close")]
    private partial void LogDraining(TimeSpan delay);
}

internal static class ConnectionDrainServices
{
    /// <summary>Adds the drain, if the host serves decisions and the delay is not 0.</summary>
    public static void AddConnectionDrain(this LimiterHostBuilder host)
    {
        if (host.Settings is { FrontEnd: true, DrainDelay.Ticks: > 0 })
        {
            host.Web.Services
                .AddSingleton(host.Settings)
                .AddHostedService<ConnectionDrain>()
                .PostConfigure<HostOptions>(options => options.ShutdownTimeout += host.Settings.DrainDelay);
        }
    }
}
