using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansLimiter.Http;

/// <summary>The addresses on which a running host listens, with the actual ports. Complete when the host has started.</summary>
public sealed class LimiterAddresses
{
    private readonly List<(Listeners Listener, ListenOptions Socket, bool IsEncrypted)> _sockets = [];

    /// <summary>The base addresses for decisions, like <c>http://127.0.0.1:8080</c>.</summary>
    public IReadOnlyList<string> Decisions => Of(Listeners.Decisions);

    /// <summary>The base addresses for administration.</summary>
    public IReadOnlyList<string> Administration => Of(Listeners.Administration);

    /// <summary>The base addresses for gRPC; empty if the host serves none.</summary>
    public IReadOnlyList<string> Grpc => Of(Listeners.Grpc);

    internal void Add(Listeners listener, ListenOptions socket, bool isEncrypted) => _sockets.Add((listener, socket, isEncrypted));

    /// <summary>
    /// Whether Kestrel binds this for an address of decisions, also over gRPC. It passes the endpoint of the options, except for a localhost
    /// socket, which it binds to a copy for each of the two loopback addresses. Such a socket has a port, which no other loopback socket has.
    /// </summary>
    internal bool IsOfDecisions(EndPoint endPoint) => IsOf(Listeners.Decisions, endPoint) || IsOfGrpc(endPoint);

    /// <summary>Whether Kestrel binds this for an address of gRPC.</summary>
    internal bool IsOfGrpc(EndPoint endPoint) => IsOf(Listeners.Grpc, endPoint);

    private bool IsOf(Listeners listener, EndPoint endPoint) => _sockets.Exists(one => one.Listener == listener
        && (ReferenceEquals(one.Socket.EndPoint, endPoint)
            || (one.Socket.IPEndPoint is { Port: not 0 } own && endPoint is IPEndPoint bound && own.Port == bound.Port
                && IPAddress.IsLoopback(own.Address) && IPAddress.IsLoopback(bound.Address))));

    // Kestrel writes the actual port to the options of the socket. A localhost socket has no address, only the configured port.
    private List<string> Of(Listeners listener) =>
        [.. _sockets.Where(one => one.Listener == listener).Select(one => $"{(one.IsEncrypted ? "https" : "http")}://{one.Socket.IPEndPoint}")];
}
