using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class RuleChangeTests
{
    private readonly BucketGroup _group = new();

    [Fact]
    public void The_higher_generation_is_used_and_a_stale_caller_is_notified()
    {
        GroupRules old = Rule(1, 0, Algorithm.RollingWindow, permits: 10, seconds: 60);
        GroupRules raised = Rule(1, 1, Algorithm.RollingWindow, permits: 20, seconds: 60);
        _group.Acquire(old, 10, At(0));

        Assert.Equal(10, _group.Acquire(raised, 1, At(1)).Readings[0].Remaining + 1);

        GroupReply stale = _group.Read(old, 1, At(2));
        Assert.Equal((GroupOutcome.Allowed, GroupNotes.StaleGeneration, 20), (stale.Outcome, stale.Notes, stale.Readings[0].Limit));
    }

    [Fact]
    public void The_generation_of_the_policy_takes_precedence_over_that_of_the_overrides()
    {
        _group.Acquire(Rule(1, 9, Algorithm.RollingWindow, permits: 10, seconds: 60), 1, At(0));

        Assert.Equal(20, _group.Read(Rule(2, 0, Algorithm.RollingWindow, 20, 60), 1, At(1)).Readings[0].Limit);
    }

    [Fact]
    public void The_stricter_of_two_rules_of_one_generation_is_used_immediately()
    {
        _group.Acquire(Rule(Algorithm.RollingWindow, permits: 20, seconds: 60), 15, At(0));

        GroupReply reply = _group.Acquire(Rule(Algorithm.RollingWindow, permits: 10, seconds: 60), 1, At(1));

        Assert.Equal((GroupOutcome.Refused, GroupNotes.RuleConflict, 10), (reply.Outcome, reply.Notes, reply.Readings[0].Limit));
    }

    [Fact]
    public void The_less_strict_rule_is_used_after_one_window_without_the_stricter()
    {
        GroupRules strict = Rule(Algorithm.LeakyBucket, permits: 2, seconds: 10);
        GroupRules loose = Rule(Algorithm.LeakyBucket, permits: 20, seconds: 10);
        _group.AcquireAll(strict, at: 0, reserve: false, 2);
        Assert.Equal(2, LimitFor(loose, at: 1));
        Assert.Equal(2, LimitFor(strict, at: 8));

        // A stale caller keeps the bucket from decaying, and does not count.
        GroupRules stale = Rule(0, 0, Algorithm.LeakyBucket, permits: 2, seconds: 10);
        _group.AcquireAll(stale, at: 9, reserve: false, 1);
        _group.AcquireAll(stale, at: 14, reserve: false, 1);
        Assert.Equal(2, LimitFor(loose, at: 17.99));
        Assert.Equal(20, LimitFor(loose, at: 18.02));
    }

    [Fact]
    public void The_less_strict_rule_is_used_immediately_by_an_empty_bucket()
    {
        _group.Acquire(Rule(Algorithm.FixedWindow, permits: 10, seconds: 60), 1, At(0));

        GroupReply reply = _group.Read(Rule(Algorithm.FixedWindow, permits: 20, seconds: 60), 1, At(60));

        Assert.Equal((GroupNotes.None, 20), (reply.Notes, reply.Readings[0].Limit));
    }

    [Theory]
    [MemberData(nameof(ReservationTests.Algorithms), MemberType = typeof(ReservationTests))]
    public void Usage_above_a_smaller_capacity_is_clamped_to_it(Algorithm algorithm)
    {
        _group.Acquire(Rule(1, 0, algorithm, permits: 100, seconds: 3600), 90, At(0));

        Assert.Equal(0, _group.Remaining(Rule(1, 1, algorithm, permits: 10, seconds: 3600), at: 0));
        Assert.Equal(90, _group.Remaining(Rule(1, 2, algorithm, permits: 100, seconds: 3600), at: 0));
    }

    [Theory]
    [MemberData(nameof(ReservationTests.Algorithms), MemberType = typeof(ReservationTests))]
    public void A_reservation_is_canceled_completely_after_its_limit_was_lowered_below_it(Algorithm algorithm)
    {
        OperationId reserved = _group.AcquireAll(Rule(1, 0, algorithm, permits: 100, seconds: 3600), at: 0, reserve: true, 50)[0];
        GroupRules lowered = Rule(1, 1, algorithm, permits: 10, seconds: 3600);
        Assert.Equal(0, _group.Remaining(lowered, at: 0));

        _group.Cancel(reserved, At(0));

        Assert.Equal(10, _group.Remaining(lowered, at: 0));
    }

    [Theory]
    [MemberData(nameof(ReservationTests.Algorithms), MemberType = typeof(ReservationTests))]
    public void Canceling_does_not_return_what_others_acquired_above_a_lowered_limit(Algorithm algorithm)
    {
        GroupRules rules = Rule(1, 0, algorithm, permits: 100, seconds: 3600);
        _group.AcquireAll(rules, at: 0, reserve: false, 50);
        OperationId reserved = _group.AcquireAll(rules, at: 0, reserve: true, 50)[0];
        GroupRules lowered = Rule(1, 1, algorithm, permits: 10, seconds: 3600);
        Assert.Equal(0, _group.Remaining(lowered, at: 0));

        _group.Cancel(reserved, At(0));

        Assert.Equal(0, _group.Remaining(lowered, at: 0));
    }

    [Theory]
    [MemberData(nameof(ReservationTests.Algorithms), MemberType = typeof(ReservationTests))]
    public void Reservations_are_canceled_one_after_the_other_across_a_lowered_and_a_raised_limit(Algorithm algorithm)
    {
        OperationId[] reserved = _group.AcquireAll(Rule(1, 0, algorithm, permits: 10, seconds: 3600), at: 0, reserve: true, 3, 4);
        Assert.Equal(0, _group.Remaining(Rule(1, 1, algorithm, permits: 5, seconds: 3600), at: 0));
        GroupRules raised = Rule(1, 2, algorithm, permits: 20, seconds: 3600);
        Assert.Equal(15, _group.Remaining(raised, at: 0));

        _group.Cancel(reserved[0], At(0));
        Assert.Equal(16, _group.Remaining(raised, at: 0));
        _group.Cancel(reserved[1], At(0));
        Assert.Equal(20, _group.Remaining(raised, at: 0));
    }

    [Theory]
    [InlineData(Algorithm.RollingWindow, Algorithm.FixedWindow)]
    [InlineData(Algorithm.FixedWindow, Algorithm.LeakyBucket)]
    [InlineData(Algorithm.LeakyBucket, Algorithm.TokenBucket)]
    [InlineData(Algorithm.TokenBucket, Algorithm.RollingWindow)]
    public void Another_algorithm_starts_empty_and_canceling_earlier_acquisitions_returns_nothing(Algorithm from, Algorithm to)
    {
        OperationId reserved = _group.AcquireAll(Rule(1, 0, from, permits: 10, seconds: 3600), at: 0, reserve: true, 8)[0];
        GroupRules next = Rule(1, 1, to, permits: 10, seconds: 3600);
        Assert.Equal(10, _group.Remaining(next, at: 0));
        _group.AcquireAll(next, at: 0, reserve: false, 6);

        _group.Cancel(reserved, At(0));
        Assert.Equal(4, _group.Remaining(next, at: 0));

        // And back again: the bucket has the algorithm of the acquisition, but is another one.
        GroupRules back = Rule(1, 2, from, permits: 10, seconds: 3600);
        OperationId other = _group.AcquireAll(next, at: 0, reserve: true, 1)[0];
        _group.AcquireAll(back, at: 0, reserve: false, 6);
        _group.Cancel(other, At(0));
        Assert.Equal(4, _group.Remaining(back, at: 0));
    }

    [Theory]
    [InlineData(Algorithm.RollingWindow, Algorithm.LeakyBucket)]
    [InlineData(Algorithm.LeakyBucket, Algorithm.FixedWindow)]
    public void An_acquisition_by_a_stale_caller_of_another_algorithm_can_be_canceled(Algorithm inForce, Algorithm asked)
    {
        GroupRules rules = Rule(2, 0, inForce, permits: 10, seconds: 3600);
        _group.Acquire(rules, 1, At(0));
        OperationId reserved = _group.AcquireAll(Rule(1, 0, asked, permits: 10, seconds: 3600), at: 0, reserve: true, 5)[0];
        Assert.Equal(4, _group.Remaining(rules, at: 0));

        _group.Cancel(reserved, At(0));

        Assert.Equal(9, _group.Remaining(rules, at: 0));
    }

    [Fact]
    public void A_limit_that_crosses_4096_permits_keeps_its_acquisitions_both_ways()
    {
        _group.Acquire(Rule(1, 0, Algorithm.RollingWindow, permits: 4096, seconds: 63), 4000, At(0.5));

        GroupRules many = Rule(1, 1, Algorithm.RollingWindow, permits: 4097, seconds: 63);
        Assert.Equal((97, 97, 4097), (_group.Remaining(many, at: 1), _group.Remaining(many, at: 63.4), _group.Remaining(many, at: 63.5)));

        _group.Acquire(many, 4097, At(65));
        GroupRules few = Rule(1, 2, Algorithm.RollingWindow, permits: 4096, seconds: 63);
        Assert.Equal((0, 0, 4096), (_group.Remaining(few, at: 66), _group.Remaining(few, at: 127.9), _group.Remaining(few, at: 128)));
    }

    [Fact]
    public void Blocking_and_unblocking_removes_acquired_permits()
    {
        _group.Acquire(Rule(1, 0, Algorithm.RollingWindow, permits: 10, seconds: 60), 7, At(0));

        GroupReply blocked = _group.Acquire(Rule(1, 1, Algorithm.RollingWindow, permits: 0, seconds: 60), 1, At(1));
        Assert.Equal((GroupOutcome.Refused, Verdict.Never), (blocked.Outcome, blocked.Readings[0].Verdict));

        Assert.Equal(10, _group.Remaining(Rule(1, 2, Algorithm.RollingWindow, permits: 10, seconds: 60), at: 2));
    }

    private int LimitFor(GroupRules rules, double at) => _group.Read(rules, 1, At(at)).Readings[0].Limit;
}
