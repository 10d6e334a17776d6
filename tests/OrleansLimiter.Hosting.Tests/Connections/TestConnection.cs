using System.Net;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Hosting.Tests;

/// <summary>A connection without a socket. The test decides when its end is complete.</summary>
internal sealed class TestConnection : DefaultConnectionContext
{
    private readonly TaskCompletionSource _closed = new();

    public TestConnection(string address = "192.0.2.1") => RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1);

    /// <summary>Whether the socket was closed at once.</summary>
    public bool IsAborted { get; private set; }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        IsAborted = true;
        _closed.TrySetResult();
    }

    public override ValueTask DisposeAsync() => new(_closed.Task);

    /// <summary>The caller has read everything.</summary>
    public void Close() => _closed.TrySetResult();
}
