using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

/// <summary>Which of the two addresses. A set, for what is served on both.</summary>
[Flags]
internal enum Listeners
{
    Decisions = 1,
    Administration = 2,
    Both = Decisions | Administration,
}

/// <summary>
/// What a connection knows about itself from the moment it was accepted: nothing in a request can change it, neither a
/// Host header nor a forwarded one, nor middleware that believes those.
/// </summary>
internal sealed class ConnectionOrigin(Listeners listener, EndPoint? remote)
{
    public Listeners Listener { get; } = listener;

    public IPAddress? RemoteAddress { get; } = (remote as IPEndPoint)?.Address;

    /// <summary>That of the connection that a request came through; null if the host opened the socket by itself.</summary>
    public static ConnectionOrigin? Of(HttpContext context) => context.Features.Get<ConnectionOrigin>();
}

internal static class ConnectionOriginMiddleware
{
    public static void MarkAs(this IConnectionBuilder connections, Listeners listener) =>
        connections.Use(next => connection =>
        {
            connection.Features.Set(new ConnectionOrigin(listener, connection.RemoteEndPoint));
            return next(connection);
        });
}
