using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A connection whose caller is the test.</summary>
internal sealed class PipedConnection : DefaultConnectionContext
{
    private readonly Pipe _fromCaller = new();

    public PipedConnection() => Transport = new Duplex(_fromCaller.Reader, new Pipe().Writer);

    public bool IsAborted { get; private set; }

    /// <summary>What the caller sends.</summary>
    public PipeWriter Caller => _fromCaller.Writer;

    public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;

    public override ValueTask DisposeAsync() => default;

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
