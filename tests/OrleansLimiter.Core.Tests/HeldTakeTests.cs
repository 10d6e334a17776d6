using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class HeldTakeTests
{
    public static readonly TheoryData<Algorithm> Algorithms =
        [Algorithm.RollingWindow, Algorithm.FixedWindow, Algorithm.LeakyBucket, Algorithm.TokenBucket];

    private readonly Group _group = new();

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_refusal_that_held_permits_alone_caused_is_contended_and_says_to_ask_soon(Algorithm algorithm)
    {
        GroupRules rules = Rule(algorithm, permits: 5, seconds: 3600);
        _group.TakeAll(rules, at: 0, hold: true, 2, 3);

        GroupReply reply = _group.Take(rules, 5, At(0.25));

        Assert.Equal((GroupOutcome.Refused, GroupNotes.Contended), (reply.Outcome, reply.Notes));
        Assert.Equal(TimeSpan.FromSeconds(0.75), reply.Readings[0].RetryAfter);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_refusal_is_not_contended_when_what_is_held_would_not_be_enough(Algorithm algorithm)
    {
        GroupRules rules = Rule(algorithm, permits: 5, seconds: 3600);
        _group.TakeAll(rules, at: 0, hold: false, 1);
        _group.TakeAll(rules, at: 0, hold: true, 4);

        GroupReply reply = _group.Take(rules, 5, At(0));

        Assert.Equal((GroupOutcome.Refused, GroupNotes.None), (reply.Outcome, reply.Notes));
        Assert.True(reply.Readings[0].RetryAfter > Group.HoldBound);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Once_confirmed_a_take_refuses_others_as_any_other(Algorithm algorithm)
    {
        GroupRules rules = Rule(algorithm, permits: 5, seconds: 3600);
        TakeId held = _group.TakeAll(rules, at: 0, hold: true, 5)[0];

        _group.Confirm(held, At(0.1));

        GroupReply reply = _group.Take(rules, 5, At(0.2));
        Assert.Equal((GroupOutcome.Refused, GroupNotes.None), (reply.Outcome, reply.Notes));
        Assert.True(reply.Readings[0].RetryAfter > Group.HoldBound);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_held_take_counts_for_good_after_one_second(Algorithm algorithm)
    {
        GroupRules rules = Rule(algorithm, permits: 5, seconds: 3600);
        _group.TakeAll(rules, at: 0, hold: true, 5);

        Assert.True(_group.Take(rules, 5, At(1) - new TimeSpan(1)).Contended);
        Assert.False(_group.Take(rules, 5, At(1)).Contended);
        Assert.Equal(0, _group.Remaining(rules, at: 1));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_returned_take_never_happened(Algorithm algorithm)
    {
        GroupRules rules = Rule(algorithm, permits: 5, seconds: 3600);
        TakeId held = _group.TakeAll(rules, at: 0, hold: true, 5)[0];

        _group.Return(held, At(0.5));

        Reading reading = _group.Read(rules, 1, At(0.5)).Readings[0];
        Assert.Equal((5, TimeSpan.Zero), (reading.Remaining, reading.Reset));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_take_returned_twice_comes_back_once(Algorithm algorithm)
    {
        GroupRules rules = Rule(algorithm, permits: 5, seconds: 3600);
        TakeId[] takes = _group.TakeAll(rules, at: 0, hold: true, 2, 2);

        _group.Return(takes[0], At(0));
        _group.Return(takes[0], At(0));

        Assert.Equal(3, _group.Remaining(rules, at: 0));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Ids_that_the_group_does_not_know_return_and_confirm_nothing(Algorithm algorithm)
    {
        GroupRules rules = Rule(algorithm, permits: 5, seconds: 3600);
        _group.TakeAll(rules, at: 0, hold: true, 2);
        _group.Take(rules, 2, At(0));

        _group.Return(TakeId.New(), At(0));
        _group.Return(TakeId.None, At(0));
        _group.Confirm(TakeId.New(), At(0));
        _group.Confirm(TakeId.None, At(0));

        Assert.Equal(1, _group.Remaining(rules, at: 0));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void The_same_id_twice_is_one_take(Algorithm algorithm)
    {
        GroupRules rules = Rule(algorithm, permits: 5, seconds: 3600);
        TakeId id = _group.TakeAll(rules, at: 0, hold: true, 4)[0];

        GroupReply again = _group.Take(rules, 4, At(0), id, hold: true);

        Assert.Equal((GroupOutcome.Allowed, 1), (again.Outcome, again.Readings[0].Remaining));
        Assert.Equal(1, _group.Remaining(rules, at: 0));
    }

    [Fact]
    public void A_take_that_was_returned_already_takes_nothing_when_it_arrives_again()
    {
        GroupRules rules = Rule(Algorithm.RollingWindow, permits: 5, seconds: 60);
        TakeId id = _group.TakeAll(rules, at: 0, hold: true, 4)[0];
        _group.Return(id, At(0));

        Assert.Equal(GroupOutcome.Refused, _group.Take(rules, 4, At(0), id, hold: true).Outcome);
        Assert.Equal(5, _group.Remaining(rules, at: 0));
    }

    [Fact]
    public void A_take_is_forgotten_after_two_seconds_and_can_no_longer_be_returned()
    {
        GroupRules rules = Rule(Algorithm.RollingWindow, permits: 5, seconds: 60);
        TakeId[] takes = _group.TakeAll(rules, at: 0, hold: false, 1, 2);

        _group.Return(takes[0], At(2) - new TimeSpan(1));
        _group.Return(takes[1], At(2));

        Assert.Equal(3, _group.Remaining(rules, at: 2));
    }

    [Fact]
    public void Without_an_id_nothing_can_be_held() =>
        Assert.Throws<ArgumentException>("id", () =>
            _group.Take(Rule(Algorithm.RollingWindow, 5, 60), 1, At(0), TakeId.None, hold: true));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_cost_below_one_is_a_mistake_of_the_caller(int cost) =>
        Assert.Throws<ArgumentOutOfRangeException>("cost", () =>
            _group.Take(Rule(Algorithm.RollingWindow, 5, 60), cost, At(0)));
}
