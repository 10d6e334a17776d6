using System.Net;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Hosting;

/// <summary>A connection that a <see cref="ConnectionBound"/> counts, from its acceptance until its socket is closed.</summary>
internal sealed class BoundedConnection : ForwardingConnection
{
    private readonly ConnectionBound _bound;

    public BoundedConnection(ConnectionContext inner, ConnectionBound bound)
        : base(inner)
    {
        _bound = bound;
        Features.Set(Activity);
        Address = RemoteAddress.Of(inner.RemoteEndPoint);
    }

    /// <summary>Written by requests.</summary>
    public ConnectionActivity Activity { get; } = new();

    /// <summary>The key for the limit of one address.</summary>
    public IPAddress? Address { get; }

    /// <summary>Belongs to the bound: its place in the order in which connections are displaced.</summary>
    public DisplacementOrder Order { get; set; }

    /// <summary>Closes the socket at once, to make room for another connection.</summary>
    public void Displace() => Inner.Abort(new ConnectionAbortedException("The connection was idle, and its place was needed."));

    /// <summary>Ends a connection that the bound has not added.</summary>
    public ValueTask RefuseAsync()
    {
        Displace();
        return Inner.DisposeAsync();
    }

    /// <summary>
    /// Ends the connection. What was written is still sent, and a caller that does not read it keeps the socket open for
    /// <see cref="ConnectionBound.ResponseTimeout"/>.
    /// </summary>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            ValueTask disposing = Inner.DisposeAsync();
            if (disposing.IsCompleted)
            {
                await disposing;
                return;
            }

            Task closed = disposing.AsTask();
            await Task.WhenAny(closed, Task.Delay(_bound.ResponseTimeout, _bound.Time)).ConfigureAwait(false);
            if (!closed.IsCompleted)
            {
                _bound.OnUnread();
                Inner.Abort(new ConnectionAbortedException("The caller does not read the response."));
            }

            await closed;
        }
        finally
        {
            _bound.Remove(this);
        }
    }
}
