using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Hosting;

/// <summary>A bound socket that listens when the gate opens.</summary>
internal sealed class GatedListener(Socket socket, StartGate gate, Func<Socket, ValueTask<IConnectionListener>> listen)
    : IConnectionListener
{
    private readonly CancellationTokenSource _unbound = new();
    private IConnectionListener? _listener;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (_listener is null)
        {
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

        socket.Dispose();
        _unbound.Dispose();
    }
}

internal static class StartGateServices
{
    /// <summary>Adds the gate. It is open from the beginning if the host serves no decisions, or if the timeout is 0.</summary>
    public static void AddStartGate(this LimiterHostBuilder host)
    {
        var gate = new StartGate();
        host.Web.Services.AddSingleton(host.Settings).AddSingleton(gate).AddSingleton<StartGateOpener>();
        if (host.Settings is { FrontEnd: true, StartTimeout.Ticks: > 0 })
        {
            host.Web.Services
                .AddSingleton<IConnectionListenerFactory, GatedTransport>()
                .AddHealthChecks().AddCheck(StartGate.Check, gate);
        }
        else
        {
            gate.Open();
        }
    }
}
