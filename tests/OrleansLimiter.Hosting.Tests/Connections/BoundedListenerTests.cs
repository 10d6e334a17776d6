using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Hosting.Tests;

public sealed class BoundedListenerTests
{
    private readonly FakeTime _time = new();
    private readonly TestLogger _log = new();

    [Fact]
    public async Task A_connection_of_an_address_with_its_maximum_is_closed_and_the_next_one_is_accepted()
    {
        TestConnection first = new("192.0.2.1"), second = new("192.0.2.1"), third = new("192.0.2.2");
        var bound = new ConnectionBound(10, 1, TimeSpan.FromSeconds(10), _time, () => 0);
        var listener = new BoundedListener(new Connections(first, second, third), bound, new("decisions", new(_time), _log));

        ConnectionContext?[] accepted = [await listener.AcceptAsync(), await listener.AcceptAsync(), await listener.AcceptAsync()];

        Assert.Equal([first.RemoteEndPoint, third.RemoteEndPoint, null], accepted.Select(one => one?.RemoteEndPoint));
        Assert.Equal((false, true, false), (first.IsAborted, second.IsAborted, third.IsAborted));
    }

    [Fact]
    public async Task The_maximum_is_logged_once_a_second_with_the_number_of_closed_connections()
    {
        var bound = new ConnectionBound(10, null, TimeSpan.FromSeconds(10), _time, () => 0);
        var connections = new Connections([.. Enumerable.Range(0, 100).Select(_ => new TestConnection())]);
        var listener = new BoundedListener(connections, bound, new("decisions", new(_time), _log));

        List<BoundedConnection> accepted = [];
        for (int i = 0; i < 100; i++)
        {
            _time.Advance(i == 99 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
            accepted.Add((BoundedConnection)(await listener.AcceptAsync())!);
            if (i >= 10)
            {
                await accepted[i - 10].DisposeAsync(); // it was displaced
            }
        }

        Assert.Equal([Line(1), Line(89)], _log.Lines);

        static string Line(int closed) => "The maximum of 10 connections for decisions, or of one address, is reached; "
            + $"{closed} connections were closed since the last line, those that were idle the longest first";
    }

    [Fact]
    public void Without_descriptors_idle_connections_are_closed_and_a_line_is_logged_each_second()
    {
        var connections = new HttpConnections(new(), new ConnectionLimits(100, 16, null), new(_time), _log);
        TestConnection[] open = [.. Enumerable.Range(0, 40).Select(_ => new TestConnection())];
        Array.ForEach(open, one => connections.Decisions.TryAdd(new(one, connections.Decisions)));
        bool exhausted = true;
        using var watch = new DescriptorWatch(connections, new(_time))
        {
            Test = () => _ = exhausted ? throw new SocketException((int)SocketError.TooManyOpenSockets) : 0,
        };

        watch.Check();
        watch.Check();
        exhausted = false;
        watch.Check();

        Assert.Equal((40, 0), (open.Count(one => one.IsAborted), connections.Decisions.Open));
        Assert.Single(_log.Lines, line => line.StartsWith("The process has no file descriptors left (", StringComparison.Ordinal));
    }

    private sealed class Connections(params TestConnection[] connections) : IConnectionListener
    {
        private int _next;

        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<ConnectionContext?>(_next < connections.Length ? connections[_next++] : null);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }

    private sealed class TestLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
