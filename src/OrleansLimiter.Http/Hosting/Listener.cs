using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace OrleansLimiter.Http;

/// <summary>The addresses of the limiter. Flags, for endpoints that are served on several.</summary>
[Flags]
internal enum Listeners
{
    Decisions = 1,
    Administration = 2,
    Grpc = 4,
    Both = Decisions | Administration,
}

/// <summary>
/// The listener and the remote address of a connection. Set when the connection is accepted: headers of a request, and middleware
/// that trusts them, cannot change it.
/// </summary>
internal sealed class ConnectionOrigin(Listeners listener, EndPoint? remote, ConnectionActivity activity)
{
    public Listeners Listener { get; } = listener;

    public IPAddress? RemoteAddress { get; } = (remote as IPEndPoint)?.Address;

    public ConnectionActivity Activity { get; } = activity;

    /// <summary>Returns the origin of the connection of a request; null if the host itself opened the socket.</summary>
    public static ConnectionOrigin? Of(HttpContext context) => context.Features.Get<ConnectionOrigin>();
}

internal static class ConnectionOriginMiddleware
{
    public static void MarkAs(this IConnectionBuilder connections, Listeners listener, OpenConnections open, TimeSpan bodyTimeout) =>
        connections.Use(next => connection =>
        {
            ConnectionActivity activity = connection.Features.Get<ConnectionActivity>() ?? new();
            activity.BodyTimeout = (long)bodyTimeout.TotalMilliseconds;
            connection.Features.Set(new ConnectionOrigin(listener, connection.RemoteEndPoint, activity));
            connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(
                static state => ((ConnectionActivity)state).CheckDeadline(Environment.TickCount64), activity);
            return listener == Listeners.Administration ? next(connection) : open.ServeAsync(connection, next);
        });
}
