using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class ReservationTests
{
    public static readonly TheoryData<Algorithm> Algorithms =
        [Algorithm.RollingWindow, Algorithm.FixedWindow, Algorithm.LeakyBucket, Algorithm.TokenBucket];

    private readonly BucketGroup _group = new();

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_refusal_caused_by_reservations_alone_is_contended_and_has_a_short_retry_after(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm);
        _group.AcquireAll(rules, at: 0, reserve: true, 2, 3);

        GroupReply reply = _group.Acquire(rules, 5, At(0.25));

        Assert.Equal((GroupOutcome.Refused, GroupNotes.Contended), (reply.Outcome, reply.Notes));
        Assert.Equal(TimeSpan.FromSeconds(0.75), reply.Readings[0].RetryAfter);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_refusal_is_not_contended_if_the_reserved_permits_would_not_be_enough(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm);
        _group.AcquireAll(rules, at: 0, reserve: false, 1);
        _group.AcquireAll(rules, at: 0, reserve: true, 4);

        AssertRefusedAndNotContended(rules, at: 0);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_committed_acquisition_counts_like_any_other(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm);
        OperationId reserved = _group.AcquireAll(rules, at: 0, reserve: true, 5)[0];

        _group.Commit(reserved, At(0.1));

        AssertRefusedAndNotContended(rules, at: 0.2);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_reservation_is_final_after_one_second(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm);
        _group.AcquireAll(rules, at: 0, reserve: true, 5);

        Assert.True(_group.Acquire(rules, 5, At(1) - new TimeSpan(1)).Contended);
        Assert.False(_group.Acquire(rules, 5, At(1)).Contended);
        Assert.Equal(0, _group.Remaining(rules, at: 1));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_canceled_acquisition_leaves_no_trace(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm);
        OperationId reserved = _group.AcquireAll(rules, at: 0, reserve: true, 5)[0];

        _group.Cancel(reserved, At(0.5));

        Reading reading = _group.Read(rules, 1, At(0.5)).Readings[0];
        Assert.Equal((5, TimeSpan.Zero), (reading.Remaining, reading.Reset));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void An_acquisition_that_is_canceled_twice_is_returned_once(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm);
        OperationId[] acquisitions = _group.AcquireAll(rules, at: 0, reserve: true, 2, 2);

        _group.Cancel(acquisitions[0], At(0));
        _group.Cancel(acquisitions[0], At(0));

        Assert.Equal(3, _group.Remaining(rules, at: 0));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Unknown_ids_cancel_and_commit_nothing(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm);
        _group.AcquireAll(rules, at: 0, reserve: true, 2);
        _group.Acquire(rules, 2, At(0));

        _group.Cancel(OperationId.New(), At(0));
        _group.Cancel(OperationId.None, At(0));
        _group.Commit(OperationId.New(), At(0));
        _group.Commit(OperationId.None, At(0));

        Assert.Equal(1, _group.Remaining(rules, at: 0));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Two_acquisitions_with_one_id_count_once(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm);
        OperationId id = _group.AcquireAll(rules, at: 0, reserve: true, 4)[0];

        GroupReply again = _group.Acquire(rules, 4, At(0), id, reserve: true);

        Assert.Equal((GroupOutcome.Allowed, 1), (again.Outcome, again.Readings[0].Remaining));
        Assert.Equal(1, _group.Remaining(rules, at: 0));
    }

    [Fact]
    public void A_canceled_acquisition_that_arrives_again_acquires_nothing()
    {
        GroupRules rules = Rule(Algorithm.RollingWindow, permits: 5, seconds: 60);
        OperationId id = _group.AcquireAll(rules, at: 0, reserve: true, 4)[0];
        _group.Cancel(id, At(0));

        Assert.Equal(GroupOutcome.Refused, _group.Acquire(rules, 4, At(0), id, reserve: true).Outcome);
        Assert.Equal(5, _group.Remaining(rules, at: 0));
    }

    // Above 4,096 permits a window has slots of 1/63, and the two acquisitions are in neighboring ones.
    [Theory]
    [InlineData(5)]
    [InlineData(4097)]
    public void The_cancellation_of_an_expired_acquisition_returns_nothing_of_a_later_one(int permits)
    {
        GroupRules rules = Rule(Algorithm.RollingWindow, permits, seconds: 1);
        OperationId expired = _group.AcquireAll(rules, at: 1, reserve: false, 1)[0];
        _group.AcquireAll(rules, at: 1.015873, reserve: false, 2);

        _group.Cancel(expired, At(2.0158729));

        Assert.Equal(permits - 2, _group.Remaining(rules, at: 2.0158729));
    }

    [Fact]
    public void An_acquisition_cannot_be_canceled_after_two_seconds()
    {
        GroupRules rules = Rule(Algorithm.RollingWindow, permits: 5, seconds: 60);
        OperationId[] acquisitions = _group.AcquireAll(rules, at: 0, reserve: false, 1, 2);

        _group.Cancel(acquisitions[0], At(2) - new TimeSpan(1));
        _group.Cancel(acquisitions[1], At(2));

        Assert.Equal(3, _group.Remaining(rules, at: 2));
    }

    private static GroupRules Rules(Algorithm algorithm) => Rule(algorithm, permits: 5, seconds: 3600);

    private void AssertRefusedAndNotContended(GroupRules rules, double at)
    {
        GroupReply reply = _group.Acquire(rules, 5, At(at));
        Assert.Equal((GroupOutcome.Refused, GroupNotes.None), (reply.Outcome, reply.Notes));
        Assert.True(reply.Readings[0].RetryAfter > BucketGroup.ReservationTimeout);
    }
}
