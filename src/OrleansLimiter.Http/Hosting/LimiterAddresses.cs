using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansLimiter.Http;

/// <summary>Where a running host listens, free ports resolved. Complete once the host has started.</summary>
public sealed class LimiterAddresses
{
    private readonly List<(Listeners Listener, ListenOptions Socket)> _sockets = [];

    /// <summary>The base addresses for decisions, like <c>http://127.0.0.1:8080</c>.</summary>
    public IReadOnlyList<string> Decisions => Of(Listeners.Decisions);

    /// <summary>The base addresses for administration.</summary>
    public IReadOnlyList<string> Administration => Of(Listeners.Administration);

    internal void Add(Listeners listener, ListenOptions socket) => _sockets.Add((listener, socket));

    // Kestrel writes the port that it got back into the options of the socket. A localhost socket splits in two and
    // keeps no address of its own, only the port that was asked for.
    private List<string> Of(Listeners listener) =>
        [.. _sockets.Where(one => one.Listener == listener).Select(one => $"http://{one.Socket.IPEndPoint}")];
}
