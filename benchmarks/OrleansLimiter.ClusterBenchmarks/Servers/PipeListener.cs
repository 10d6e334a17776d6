using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Connections of Kestrel that are pipes of its process. A request is served on the thread that writes it.</summary>
internal sealed class PipeListener : IConnectionListenerFactory, IConnectionListener
{
    private static readonly PipeOptions s_inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Channel<ConnectionContext?> _opened = Channel.CreateUnbounded<ConnectionContext?>();

    public EndPoint EndPoint { get; private set; } = new IPEndPoint(IPAddress.Loopback, 0);

    /// <summary>Opens a connection, and returns the side of the client.</summary>
    public IDuplexPipe Open()
    {
        (Pipe requests, Pipe responses) = (new(s_inline), new(s_inline));
        var server = new DefaultConnectionContext(
            nameof(PipeListener), new Ends(requests.Reader, responses.Writer), new Ends(responses.Reader, requests.Writer))
        {
            LocalEndPoint = EndPoint,
            RemoteEndPoint = EndPoint,
        };
        _opened.Writer.TryWrite(server);
        return server.Application!;
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        EndPoint = endpoint;
        return new(this);
    }

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => _opened.Reader.ReadAsync(cancellationToken);

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _opened.Writer.TryWrite(null);
        return default;
    }

    public ValueTask DisposeAsync() => default;

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
