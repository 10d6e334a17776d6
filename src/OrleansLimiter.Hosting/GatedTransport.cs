using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Hosting;

/// <summary>
/// The sockets of Kestrel, with a maximum of connections for decisions, and one for administration. The sockets of decisions are bound
/// when the host starts, and listen when the gate opens. All others listen at once.
/// </summary>
internal sealed class GatedTransport : IConnectionListenerFactory
{
    private const int SendBuffer = 64 * 1024;

    private readonly ConcurrentDictionary<EndPoint, Socket> _bound = new();
    private readonly SocketTransportFactory _sockets;
    private readonly SocketTransportFactory _grpcSockets;
    private readonly LimiterAddresses _addresses;
    private readonly StartGate _gate;
    private readonly HttpConnections _connections;

    public GatedTransport(
        IOptions<SocketTransportOptions> options, LimiterAddresses addresses, StartGate gate, HttpConnections connections,
        ILoggerFactory log)
    {
        // Streams of HTTP/2 run on the thread pool. Responses of several streams are sent together if the sender is a thread of its own.
        var grpc = new SocketTransportOptions
        {
            MaxReadBufferSize = options.Value.MaxReadBufferSize,
            MaxWriteBufferSize = options.Value.MaxWriteBufferSize,
        };
        options.Value.CreateBoundListenSocket = grpc.CreateBoundListenSocket = endPoint =>
            _bound.TryRemove(endPoint, out Socket? socket) ? socket : CreateSocket(endPoint);
        (_sockets, _grpcSockets) = (new(options, log), new(Options.Create(grpc), log));
        (_addresses, _gate, _connections) = (addresses, gate, connections);
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (!_addresses.IsOfDecisions(endpoint))
        {
            return new BoundedListener(
                await _sockets.BindAsync(endpoint, cancellationToken), _connections.Administration, _connections.AdministrationLog);
        }

        SocketTransportFactory sockets = _addresses.IsOfGrpc(endpoint) ? _grpcSockets : _sockets;
        if (_gate.Opened.IsCompleted)
        {
            return await ListenAsync(sockets, endpoint);
        }

        try
        {
            Socket socket = CreateSocket(endpoint);
            _gate.Add();
            return new GatedListener(
                socket, _gate, bound => ListenAsync(sockets, bound), sockets == _sockets ? await OpenPrivateAsync() : null);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(error.Message, error); // as Kestrel expects
        }
    }

    // By default, the kernel buffers some megabytes of the responses that a caller does not read. Accepted sockets inherit this.
    private static Socket CreateSocket(EndPoint endPoint)
    {
        Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        socket.SendBufferSize = SendBuffer;
        return socket;
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
        return new BoundedListener(listener, _connections.WarmUp, _connections.DecisionsLog);
    }

    private ValueTask<IConnectionListener> ListenAsync(SocketTransportFactory sockets, Socket socket)
    {
        EndPoint endPoint = socket.LocalEndPoint!;
        _bound[endPoint] = socket;
        return ListenAsync(sockets, endPoint);
    }

    private async ValueTask<IConnectionListener> ListenAsync(SocketTransportFactory sockets, EndPoint endPoint) =>
        new BoundedListener(await sockets.BindAsync(endPoint), _connections.Decisions, _connections.DecisionsLog);
}
