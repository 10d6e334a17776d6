namespace OrleansLimiter.Hosting.Tests;

public sealed class ConnectionBoundTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly FakeTime _time = new();
    private readonly Dictionary<BoundedConnection, TestConnection> _connections = [];
    private long _now = 1_000;

    [Fact]
    public void At_the_maximum_the_connection_that_waits_the_longest_for_its_first_request_is_closed()
    {
        ConnectionBound bound = Create(2);
        BoundedConnection first = Add(bound), second = Add(bound);

        BoundedConnection third = Add(bound);

        Assert.Equal((true, false, false), (IsClosed(first), IsClosed(second), IsClosed(third)));
        Assert.Equal((2, 1L), (bound.Open, bound.Displaced));
    }

    [Fact]
    public void A_connection_that_sends_requests_stays_while_others_open_connections_without_end()
    {
        ConnectionBound bound = Create(8);
        BoundedConnection caller = Add(bound);

        for (int i = 0; i < 1_000; i++)
        {
            caller.Activity.OnRequest(_now);
            _ = Add(bound);
        }

        Assert.Equal((false, 8, 993L), (IsClosed(caller), bound.Open, bound.Displaced));
    }

    [Fact]
    public void The_idlest_connection_with_a_request_is_closed_if_few_wait_for_their_first_request()
    {
        ConnectionBound bound = Create(8);
        BoundedConnection[] callers = [.. Enumerable.Range(0, 8).Select(_ => Add(bound))];
        foreach (BoundedConnection caller in callers.Reverse())
        {
            caller.Activity.OnRequest(_now++);
        }

        BoundedConnection next = Add(bound);

        Assert.Equal([callers[7]], callers.Where(IsClosed));
        Assert.False(IsClosed(next));
    }

    [Fact]
    public void A_connection_that_was_idle_for_ten_seconds_is_closed_before_those_without_a_request()
    {
        ConnectionBound bound = Create(4);
        BoundedConnection idle = Add(bound);
        idle.Activity.OnRequest(_now);
        _now += ConnectionBound.ProvenMilliseconds;
        BoundedConnection[] fresh = [Add(bound), Add(bound), Add(bound)];

        _ = Add(bound);

        Assert.True(IsClosed(idle));
        Assert.DoesNotContain(fresh, IsClosed);
    }

    [Fact]
    public void A_connection_in_the_middle_of_a_body_counts_as_one_without_a_request_since_the_body_began()
    {
        ConnectionBound bound = Create(4);
        BoundedConnection slow = Add(bound);
        slow.Activity.OnRequest(_now);
        slow.Activity.BeginBody(null!, _now);
        _now++;
        BoundedConnection[] others = [Add(bound), Add(bound), Add(bound)];

        _ = Add(bound);

        Assert.True(IsClosed(slow));
        Assert.DoesNotContain(others, IsClosed);
    }

    [Fact]
    public void A_body_that_has_just_begun_does_not_make_a_connection_the_first_to_close()
    {
        ConnectionBound bound = Create(2);
        BoundedConnection caller = Add(bound), other = Add(bound);
        _now++;
        caller.Activity.BeginBody(null!, _now);

        _ = Add(bound);

        Assert.Equal((false, true), (IsClosed(caller), IsClosed(other)));
    }

    [Fact]
    public async Task A_place_is_free_again_when_a_connection_has_ended()
    {
        ConnectionBound bound = Create(2);
        BoundedConnection first = Add(bound), second = Add(bound);

        _connections[first].Close();
        await first.DisposeAsync();
        BoundedConnection third = Add(bound);

        Assert.Equal((false, false, 2), (IsClosed(second), IsClosed(third), bound.Open));
    }

    [Fact]
    public async Task No_connection_is_accepted_while_many_are_closing()
    {
        ConnectionBound bound = Create(1);
        BoundedConnection[] all = [.. Enumerable.Range(0, 9).Select(_ => Add(bound))];

        Task room = bound.WaitForClosingAsync();
        bool before = room.IsCompleted;
        await all[0].DisposeAsync();
        await room.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.False(before);
        Assert.True(bound.WaitForClosingAsync().IsCompleted);
    }

    [Fact]
    public async Task An_address_with_its_maximum_is_refused_until_one_of_its_connections_has_ended()
    {
        ConnectionBound bound = Create(100, perAddress: 2);
        BoundedConnection first = Create(bound, "192.0.2.1");
        bool[] added = [bound.TryAdd(first), bound.TryAdd(Create(bound, "::ffff:192.0.2.1")), bound.TryAdd(Create(bound, "192.0.2.1"))];
        bool other = bound.TryAdd(Create(bound, "192.0.2.2"));

        _connections[first].Close();
        await first.DisposeAsync();

        Assert.Equal([true, true, false], added);
        Assert.Equal((true, true, 1L), (other, bound.TryAdd(Create(bound, "192.0.2.1")), bound.Refused));
    }

    [Fact]
    public async Task A_caller_that_does_not_read_the_end_of_a_response_is_closed_after_the_timeout()
    {
        ConnectionBound bound = Create(2);
        BoundedConnection unread = Add(bound);

        Task ended = unread.DisposeAsync().AsTask();
        _time.Advance(Timeout - TimeSpan.FromMilliseconds(1));
        bool before = IsClosed(unread);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await ended.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((false, true, 1L, 0), (before, IsClosed(unread), bound.Unread, bound.Open));
    }

    [Theory]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7", "203.0.113.7")]
    public void An_address_of_IPv6_counts_by_its_network(string address, string key) =>
        Assert.Equal(key, new BoundedConnection(new TestConnection(address), Create(1)).Address!.ToString());

    private ConnectionBound Create(int max, int? perAddress = null) => new(max, perAddress, Timeout, _time, () => _now);

    private BoundedConnection Add(ConnectionBound bound)
    {
        BoundedConnection connection = Create(bound, "192.0.2.1");
        Assert.True(bound.TryAdd(connection));
        return connection;
    }

    private BoundedConnection Create(ConnectionBound bound, string address)
    {
        var inner = new TestConnection(address);
        var connection = new BoundedConnection(inner, bound);
        _connections[connection] = inner;
        return connection;
    }

    private bool IsClosed(BoundedConnection connection) => _connections[connection].IsAborted;
}
