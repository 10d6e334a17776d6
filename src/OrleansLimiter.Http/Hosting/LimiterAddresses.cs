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

    // Kestrel writes the actual port to the options of the socket. A localhost socket has no address, only the configured port.
    private List<string> Of(Listeners listener) =>
        [.. _sockets.Where(one => one.Listener == listener).Select(one => $"http://{one.Socket.IPEndPoint}")];
}
