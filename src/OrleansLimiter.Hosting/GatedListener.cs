using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Hosting;

/// <summary>
/// A bound socket that listens when the gate opens. Until then it accepts the connections of a private socket, if there is one.
/// </summary>
internal sealed class GatedListener(
    Socket socket, StartGate gate, Func<Socket, ValueTask<IConnectionListener>> listen, IConnectionListener? warmUp)
    : IConnectionListener
{
    private readonly CancellationTokenSource _unbound = new();
    private IConnectionListener? _listener;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (_listener is null)
        {
            if (await AcceptPrivateAsync() is { } connection)
            {
                return connection;
            }

            await gate.Opened.WaitAsync(_unbound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_unbound.IsCancellationRequested)
            {
                return null;
            }

            _listener = await listen(socket);
            gate.OnListening();
        }

        return await _listener.AcceptAsync(cancellationToken);
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync();
        if (_listener is not null)
        {
            await _listener.UnbindAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        if (warmUp is not null)
        {
            await warmUp.DisposeAsync();
        }

        socket.Dispose();
        _unbound.Dispose();
    }

    private async Task<ConnectionContext?> AcceptPrivateAsync()
    {
        if (warmUp is null)
        {
            return null;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(gate.Opening, _unbound.Token);
        try
        {
            return await warmUp.AcceptAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            await warmUp.DisposeAsync();
            warmUp = null;
            return null;
        }
    }
}

internal static class StartGateServices
{
    /// <summary>Adds the gate. It is open from the beginning if the host serves no decisions, or if the timeout is 0.</summary>
    public static void AddStartGate(this LimiterHostBuilder host)
    {
        var gate = new StartGate { WarmsUp = host.WarmsUp };
        host.Web.Services.AddSingleton(host.Settings).AddSingleton(gate).AddSingleton<StartGateOpener>();
        host.Web.Services
            .AddSingleton<HttpConnections>()
            .AddHostedService<ConnectionMetrics>()
            .AddHostedService<DescriptorWatch>()
            .AddSingleton<IConnectionListenerFactory, GatedTransport>();
        if (host.Settings is { FrontEnd: true, StartTimeout.Ticks: > 0 })
        {
            host.Web.Services.AddHealthChecks().AddCheck(StartGate.Check, gate);
        }
        else
        {
            gate.Open();
        }
    }
}
