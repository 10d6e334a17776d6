using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansLimiter.Hosting;

/// <summary>A connection that a <see cref="ConnectionBound"/> counts, from its acceptance until its socket is closed.</summary>
internal sealed class BoundedConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly ConnectionBound _bound;

    public BoundedConnection(ConnectionContext inner, ConnectionBound bound)
    {
        (_inner, _bound) = (inner, bound);
        Features.Set(Activity);
        Address = RemoteAddress.Of(inner.RemoteEndPoint);
    }

    /// <summary>Written by requests.</summary>
    public ConnectionActivity Activity { get; } = new();

    /// <summary>The key for the limit of one address.</summary>
    public IPAddress? Address { get; }

    /// <summary>Belongs to the bound: its place in the order in which connections are displaced.</summary>
    public DisplacementOrder Order { get; set; }

    public override string ConnectionId
    {
        get => _inner.ConnectionId;
        set => _inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => _inner.Items;
        set => _inner.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _inner.Transport;
        set => _inner.Transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _inner.ConnectionClosed;
        set => _inner.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _inner.LocalEndPoint;
        set => _inner.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _inner.RemoteEndPoint;
        set => _inner.RemoteEndPoint = value;
    }

    /// <summary>Closes the socket at once, to make room for another connection.</summary>
    public void Displace() => _inner.Abort(new ConnectionAbortedException("The connection was idle, and its place was needed."));

    /// <summary>Ends a connection that the bound has not added.</summary>
    public ValueTask RefuseAsync()
    {
        Displace();
        return _inner.DisposeAsync();
    }

    public override void Abort(ConnectionAbortedException abortReason) => _inner.Abort(abortReason);

    /// <summary>
    /// Ends the connection. What was written is still sent, and a caller that does not read it keeps the socket open for
    /// <see cref="ConnectionBound.ResponseTimeout"/>.
    /// </summary>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            ValueTask disposing = _inner.DisposeAsync();
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
                _inner.Abort(new ConnectionAbortedException("The caller does not read the response."));
            }

            await closed;
        }
        finally
        {
            _bound.Remove(this);
        }
    }
}
