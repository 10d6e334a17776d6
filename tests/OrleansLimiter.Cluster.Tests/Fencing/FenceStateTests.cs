using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Until when a silo may decide.</summary>
public sealed class FenceStateTests
{
    private static readonly TimeSpan s_span = TimeSpan.FromMilliseconds(900);

    private readonly FenceState _state = new(s_span);

    [Fact]
    public void A_silo_without_other_active_silos_decides_without_end()
    {
        Assert.Equal(FenceState.Forever, _state.DecidesUntil);
        _state.OnView([], At(0));

        Assert.Equal((FenceState.Forever, false), (_state.DecidesUntil, _state.IsUnheard(At(1000))));
    }

    [Fact]
    public void A_silo_that_joins_others_or_is_joined_by_others_has_the_whole_span_for_the_first_heartbeat()
    {
        _state.OnView([Peers.A], At(10));
        Assert.Equal(At(10) + s_span, _state.DecidesUntil);

        _state.OnView([], At(20));
        _state.OnView([Peers.B], At(30));

        Assert.Equal(At(30) + s_span, _state.DecidesUntil);
    }

    [Fact]
    public void An_acknowledged_heartbeat_is_valid_from_the_moment_at_which_it_was_sent()
    {
        _state.OnView([Peers.A, Peers.B], At(0));
        _state.OnAcknowledged(Peers.A, sent: At(5));
        Assert.Equal(At(5) + s_span, _state.DecidesUntil);

        _state.OnAcknowledged(Peers.B, sent: At(4)); // a late reply

        Assert.Equal(At(5) + s_span, _state.DecidesUntil);
        Assert.False(_state.IsUnheard(At(5.8)));
        Assert.True(_state.IsUnheard(At(5.9)));
    }

    [Fact]
    public void One_of_several_other_silos_is_enough()
    {
        _state.OnView([Peers.A, Peers.B], At(0));
        for (int second = 1; second < 10; second++)
        {
            _state.OnAcknowledged(Peers.B, At(second));
        }

        Assert.Equal(At(9) + s_span, _state.DecidesUntil);
    }

    [Fact]
    public void A_silo_that_is_not_active_in_the_membership_view_cannot_acknowledge()
    {
        _state.OnView([Peers.A], At(0));
        _state.OnAcknowledged(Peers.B, At(5));

        Assert.Equal(At(0) + s_span, _state.DecidesUntil);
    }

    [Fact]
    public void The_last_survivor_decides_nothing_until_the_dead_silos_have_left_the_membership_view()
    {
        _state.OnView([Peers.A, Peers.B], At(0));
        _state.OnAcknowledged(Peers.A, At(1));
        _state.OnView([Peers.A], At(4));
        Assert.Equal(At(1) + s_span, _state.DecidesUntil);

        _state.OnView([], At(5));

        Assert.Equal(FenceState.Forever, _state.DecidesUntil);
    }

    [Fact]
    public void A_silo_that_starts_in_place_of_a_dead_one_can_acknowledge_before_that_one_has_left_the_view()
    {
        _state.OnView([Peers.A], At(0));
        _state.OnView([Peers.A, Peers.B], At(4));
        Assert.Equal(At(0) + s_span, _state.DecidesUntil);

        _state.OnAcknowledged(Peers.B, At(4));

        Assert.Equal(At(4) + s_span, _state.DecidesUntil);
    }

    [Fact]
    public void A_silo_that_has_said_that_it_leaves_need_not_be_heard_although_it_is_still_in_the_view()
    {
        _state.OnView([Peers.A], At(0));
        _state.OnLeaving(Peers.A);
        Assert.Equal(FenceState.Forever, _state.DecidesUntil);

        _state.OnView([Peers.A], At(4));

        Assert.Equal((FenceState.Forever, 0), (_state.DecidesUntil, _state.Peers.Count));
    }

    [Fact]
    public void Its_successor_at_the_same_address_must_be_heard()
    {
        _state.OnView([Peers.A], At(0));
        _state.OnLeaving(Peers.A);

        _state.OnView([Peers.A, Peers.Of(2, generation: 2)], At(4));

        Assert.Equal(At(4) + s_span, _state.DecidesUntil);
    }

    [Fact]
    public void A_silo_that_was_declared_dead_never_decides_again()
    {
        _state.OnView([Peers.A, Peers.B], At(0));
        _state.OnDeclaredDead();
        _state.OnAcknowledged(Peers.B, At(5)); // which has not heard of it yet
        _state.OnTable(isReachable: false, At(5));
        Assert.Equal(FenceState.Never, _state.DecidesUntil);

        _state.OnView([], At(6));

        Assert.Equal((FenceState.Never, false), (_state.DecidesUntil, _state.IsUnheard(At(6))));
    }

    [Fact]
    public void A_silo_that_may_decide_without_the_membership_table_does_so_until_the_table_is_back()
    {
        _state.OnView([Peers.A], At(0));
        _state.OnTable(isReachable: false, At(4));
        Assert.Equal(At(7), _state.DecidesUntil);
        Assert.True(_state.IsUnheard(At(5))); // so it looks again

        _state.OnTable(isReachable: true, At(5));

        Assert.Equal(At(0) + s_span, _state.DecidesUntil);
    }

    private static Instant At(double seconds) => new(TimeSpan.FromSeconds(seconds).Ticks);
}
