using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Hosting;

/// <summary>
/// The sockets of Kestrel. Those of decisions are bound when the host starts, and listen when the gate opens. All others listen at once.
/// </summary>
internal sealed class GatedTransport : IConnectionListenerFactory
{
    private readonly ConcurrentDictionary<EndPoint, Socket> _bound = new();
    private readonly SocketTransportFactory _sockets;
    private readonly LimiterAddresses _addresses;
    private readonly StartGate _gate;

    public GatedTransport(
        IOptions<SocketTransportOptions> options, LimiterAddresses addresses, StartGate gate, ILoggerFactory log)
    {
        options.Value.CreateBoundListenSocket = endPoint =>
            _bound.TryRemove(endPoint, out Socket? socket) ? socket : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        (_sockets, _addresses, _gate) = (new(options, log), addresses, gate);
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (_gate.Opened.IsCompleted || !_addresses.IsOfDecisions(endpoint))
        {
            return await _sockets.BindAsync(endpoint, cancellationToken);
        }

        try
        {
            Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            _gate.Add();
            return new GatedListener(socket, _gate, ListenAsync, await OpenPrivateAsync());
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(error.Message, error); // as Kestrel expects
        }
    }

    // A socket on a free port of loopback, through which the host sends requests to itself: the same server and pipeline as for others.
    private async Task<IConnectionListener?> OpenPrivateAsync()
    {
        if (!_gate.WarmsUp || _gate.WarmUpEndPoint is not null)
        {
            return null;
        }

        IConnectionListener listener = await _sockets.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        _gate.WarmUpEndPoint = listener.EndPoint;
        return listener;
    }

    private ValueTask<IConnectionListener> ListenAsync(Socket socket)
    {
        EndPoint endPoint = socket.LocalEndPoint!;
        _bound[endPoint] = socket;
        return _sockets.BindAsync(endPoint);
    }
}
