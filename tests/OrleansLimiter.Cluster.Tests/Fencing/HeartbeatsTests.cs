using Orleans.Runtime;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Which silos receive the next heartbeats.</summary>
public sealed class HeartbeatsTests
{
    private static readonly SiloAddress[] s_seven = [.. Enumerable.Range(1, 7).Select(port => Peers.Of(port))];

    private readonly Heartbeats _heartbeats = new(TimeSpan.FromMilliseconds(300));

    [Fact]
    public void Up_to_three_silos_receive_each_one() => Assert.Equal(
        [Peers.A, Peers.B], _heartbeats.Next([Peers.B, Peers.A], At(0)).Order());

    [Fact]
    public void More_silos_receive_them_in_turn()
    {
        int[][] turns = [.. Enumerable.Range(0, 3).Select(turn => Ports(At(turn)))];

        Assert.Equal([[4, 5, 6], [1, 2, 7], [3, 4, 5]], turns);
    }

    [Fact]
    public void A_silo_that_has_not_replied_receives_another_one_after_300_ms_and_at_most_four()
    {
        int[] sent = [.. Enumerable.Range(0, 13).Select(i => _heartbeats.Next([Peers.A], At(i * 100)).Length)];

        Assert.Equal([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0], sent);
        _heartbeats.OnEnd(Peers.A);
        Assert.Equal([Peers.A], _heartbeats.Next([Peers.A], At(1300)));
    }

    [Fact]
    public void A_silo_that_has_replied_receives_the_next_one_at_once_and_silos_that_left_are_forgotten()
    {
        _heartbeats.Next([Peers.A, Peers.B], At(0));
        _heartbeats.OnEnd(Peers.A);
        Assert.Equal([Peers.A], _heartbeats.Next([Peers.A, Peers.B], At(1)));

        _heartbeats.Next([Peers.A], At(2));
        _heartbeats.OnEnd(Peers.B);

        Assert.Equal([Peers.B], _heartbeats.Next([Peers.B], At(3)));
    }

    private int[] Ports(Instant now)
    {
        SiloAddress[] next = _heartbeats.Next(s_seven, now);
        Array.ForEach(next, _heartbeats.OnEnd);
        return [.. next.Select(silo => silo.Endpoint.Port).Order()];
    }

    private static Instant At(double milliseconds) => new(TimeSpan.FromMilliseconds(milliseconds).Ticks);
}
