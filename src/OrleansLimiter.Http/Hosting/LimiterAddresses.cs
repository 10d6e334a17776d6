using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansLimiter.Http;

/// <summary>The addresses on which a running host listens, with the actual ports. Complete when the host has started.</summary>
public sealed class LimiterAddresses
{
    private readonly List<(Listeners Listener, ListenOptions Socket)> _sockets = [];

    /// <summary>The base addresses for decisions, like <c>http://127.0.0.1:8080</c>.</summary>
    public IReadOnlyList<string> Decisions => Of(Listeners.Decisions);

    /// <summary>The base addresses for administration.</summary>
    public IReadOnlyList<string> Administration => Of(Listeners.Administration);

    internal void Add(Listeners listener, ListenOptions socket) => _sockets.Add((listener, socket));

    /// <summary>
    /// Whether Kestrel binds this for an address of decisions. It passes the endpoint of the options, except for a localhost socket,
    /// which it binds to a copy for each of the two loopback addresses. Such a socket has a port, which no other loopback socket has.
    /// </summary>
    internal bool IsOfDecisions(EndPoint endPoint) => _sockets.Exists(one => one.Listener == Listeners.Decisions
        && (ReferenceEquals(one.Socket.EndPoint, endPoint)
            || (one.Socket.IPEndPoint is { Port: not 0 } own && endPoint is IPEndPoint bound && own.Port == bound.Port
                && IPAddress.IsLoopback(own.Address) && IPAddress.IsLoopback(bound.Address))));

    // Kestrel writes the actual port to the options of the socket. A localhost socket has no address, only the configured port.
    private List<string> Of(Listeners listener) =>
        [.. _sockets.Where(one => one.Listener == listener).Select(one => $"http://{one.Socket.IPEndPoint}")];
}
