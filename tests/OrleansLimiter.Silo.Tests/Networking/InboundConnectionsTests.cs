using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace OrleansLimiter.Silo.Tests;

public sealed class InboundConnectionsTests
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);
    private static readonly byte[] Preamble = [2, 0, 0, 0, 7, 8];

    private readonly FakeTime _time = new();
    private readonly TaskCompletionSource _served = new();

    [Fact]
    public async Task A_connection_with_a_handshake_is_served_and_nothing_of_it_is_consumed()
    {
        InboundConnections connections = Create(10);
        var connection = new PipedConnection();

        Task ended = connections.ServeAsync(connection, Serve);
        await connection.Caller.WriteAsync(Preamble.AsMemory(0, 3));
        bool early = _served.Task.IsCompleted;
        await connection.Caller.WriteAsync(Preamble.AsMemory(3));
        await ended.WaitAsync(MaxWait);
        ReadResult read = await connection.Transport.Input.ReadAsync();

        Assert.Equal((false, true, false), (early, _served.Task.IsCompleted, connection.IsAborted));
        Assert.Equal(Preamble, System.Buffers.BuffersExtensions.ToArray(read.Buffer));
        Assert.Equal((0L, 0L), (connections.Refused, connections.WithoutPreamble));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 4, 0, 0 })] // 1,025
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { (byte)'G', (byte)'E', (byte)'T', (byte)' ' })]
    public async Task A_connection_that_sends_something_else_is_closed_at_once(byte[] garbage)
    {
        InboundConnections connections = Create(10);
        var connection = new PipedConnection();

        Task ended = connections.ServeAsync(connection, Serve);
        await connection.Caller.WriteAsync(garbage);
        await ended.WaitAsync(MaxWait);

        Assert.Equal((true, false, 1L, 0), (connection.IsAborted, _served.Task.IsCompleted, connections.WithoutPreamble, connections.Open));
    }

    [Fact]
    public async Task A_connection_that_ends_before_its_handshake_is_closed()
    {
        InboundConnections connections = Create(10);
        var connection = new PipedConnection();
        await connection.Caller.WriteAsync(Preamble.AsMemory(0, 5));
        await connection.Caller.CompleteAsync();

        await connections.ServeAsync(connection, Serve).WaitAsync(MaxWait);

        Assert.Equal((true, 1L), (connection.IsAborted, connections.WithoutPreamble));
    }

    [Fact]
    public async Task A_connection_without_a_handshake_is_closed_after_ten_seconds()
    {
        InboundConnections connections = Create(10);
        var connection = new PipedConnection();

        Task ended = connections.ServeAsync(connection, Serve);
        _time.Advance(InboundConnections.Timeout - TimeSpan.FromMilliseconds(1));
        bool early = ended.IsCompleted;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await ended.WaitAsync(MaxWait);

        Assert.Equal((false, true, 1L), (early, connection.IsAborted, connections.WithoutPreamble));
    }

    [Fact]
    public async Task The_oldest_connection_without_a_handshake_is_closed_beyond_their_maximum()
    {
        InboundConnections connections = Create(1_000);
        PipedConnection[] all = [.. Enumerable.Range(0, InboundConnections.MaxPending + 1).Select(_ => new PipedConnection())];

        Task[] ended = [.. all.Select(one => connections.ServeAsync(one, Serve))];
        await ended[0].WaitAsync(MaxWait);

        Assert.Equal([all[0]], all.Where(one => one.IsAborted));
        Assert.Equal(InboundConnections.MaxPending, connections.Open);
    }

    [Fact]
    public async Task A_connection_beyond_the_maximum_is_closed_and_those_that_are_served_stay()
    {
        InboundConnections connections = Create(1);
        PipedConnection first = new(), second = new();
        await first.Caller.WriteAsync(Preamble);
        var end = new TaskCompletionSource();
        Task serving = connections.ServeAsync(first, _ => end.Task);

        await connections.ServeAsync(second, Serve).WaitAsync(MaxWait);
        end.SetResult();
        await serving;

        Assert.Equal((false, true, 1L, 0), (first.IsAborted, second.IsAborted, connections.Refused, connections.Open));
    }

    [Fact]
    public async Task A_listener_accepts_no_connection_while_all_slots_are_used()
    {
        var listener = new SlotListener(new Connections(), max: 2);
        ConnectionContext first = (await listener.AcceptAsync())!;
        _ = await listener.AcceptAsync();

        Task<ConnectionContext?> third = listener.AcceptAsync().AsTask();
        bool early = third.IsCompleted;
        await first.DisposeAsync();
        await first.DisposeAsync();
        Task<ConnectionContext?> fourth = listener.AcceptAsync().AsTask();
        Assert.NotNull(await third.WaitAsync(MaxWait));
        bool second = fourth.IsCompleted;
        await listener.UnbindAsync();

        Assert.Equal((false, false), (early, second));
        Assert.Null(await fourth.WaitAsync(MaxWait));
    }

    private InboundConnections Create(int max) => new("gateway", max, _time, NullLogger.Instance);

    private Task Serve(ConnectionContext connection)
    {
        _served.TrySetResult();
        return Task.CompletedTask;
    }

    private sealed class Connections : IConnectionListener
    {
        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(new PipedConnection());

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }
}
