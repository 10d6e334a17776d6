using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class LeaseTests
{
    public static readonly TheoryData<Algorithm> Algorithms =
        [Algorithm.RollingWindow, Algorithm.FixedWindow, Algorithm.LeakyBucket, Algorithm.TokenBucket];

    private readonly BucketGroup _group = new();

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_lease_is_at_most_a_quarter_of_what_remains(Algorithm algorithm)
    {
        GroupRules rules = InUse(Rule(algorithm, permits: 41, seconds: 3600));

        Assert.Equal([10, 7, 5], Enumerable.Range(0, 3).Select(_ => Lease(rules, at: 0).Permits));
    }

    [Fact]
    public void A_lease_is_no_more_than_was_requested()
    {
        GroupRules rules = InUse(Rule(Algorithm.RollingWindow, permits: 41, seconds: 60));

        QuotaLeaseReply reply = _group.Lease(rules, 3, TimeSpan.FromMilliseconds(100), OperationId.New(), At(0));

        Assert.Equal((3, TimeSpan.FromMilliseconds(100), 37), (reply.Permits, reply.Span, reply.Group.Readings[0].Remaining));
        Assert.Equal(0, _group.Lease(rules, 0, BucketGroup.MaxLeaseSpan, OperationId.New(), At(0)).Permits);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Leased_permits_are_not_available_to_others(Algorithm algorithm)
    {
        GroupRules rules = InUse(Rule(algorithm, permits: 41, seconds: 3600));
        Lease(rules, at: 0);

        Assert.Equal(GroupOutcome.Refused, _group.Acquire(rules, 31, At(0)).Outcome);
        Assert.Equal((GroupOutcome.Allowed, 0), Answer(_group.Acquire(rules, 30, At(0))));
        Assert.Equal(0, Assert.Single(_group.Usage(At(0))).Reading.Remaining);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_lease_that_is_returned_unused_leaves_no_trace(Algorithm algorithm)
    {
        GroupRules rules = InUse(Rule(algorithm, permits: 41, seconds: 2), returned: true);
        Lease(rules, at: 0.1, id: 7);

        _group.EndLease(new(7), used: 0, At(0.2));

        Assert.Equal((41, TimeSpan.Zero), (_group.Remaining(rules, 0.2), _group.Read(rules, 1, At(0.2)).Readings[0].Reset));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Used_permits_of_a_lease_count_from_the_time_at_which_it_is_returned(Algorithm algorithm)
    {
        GroupRules rules = InUse(Rule(algorithm, permits: 4000, seconds: 4), returned: true);
        Lease(rules, at: 0.1, id: 7);

        _group.EndLease(new(7), used: 3, At(0.6));

        TimeSpan reset = algorithm is Algorithm.LeakyBucket or Algorithm.TokenBucket
            ? TimeSpan.FromMilliseconds(3) : TimeSpan.FromSeconds(4);
        Reading reading = _group.Read(rules, 1, At(0.6)).Readings[0];
        Assert.Equal((3997, reset), (reading.Remaining, reading.Reset));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void An_expired_lease_counts_as_fully_used_at_its_end(Algorithm algorithm)
    {
        GroupRules rules = InUse(Rule(algorithm, permits: 4000, seconds: 4), returned: true);
        Lease(rules, at: 0.5, seconds: 0.5);

        Reading reading = _group.Read(rules, 1, At(2)).Readings[0];

        Assert.Equal(
            algorithm is Algorithm.LeakyBucket or Algorithm.TokenBucket ? (4000, TimeSpan.Zero) : (3000, TimeSpan.FromSeconds(3)),
            (reading.Remaining, reading.Reset));
        Assert.Equal(4000, _group.Remaining(rules, at: 5));
    }

    [Fact]
    public void A_lease_that_is_used_late_does_not_add_to_a_new_window()
    {
        GroupRules rules = InUse(Rule(Algorithm.FixedWindow, permits: 40, seconds: 10));
        Lease(rules, at: 9.5, id: 7);

        // The window has closed. The leased permits count in the next one.
        Assert.Equal((GroupOutcome.Allowed, 0), Answer(_group.Acquire(rules, 31, At(10.1))));
        _group.EndLease(new(7), used: 9, At(10.2));

        Assert.Equal((0, TimeSpan.FromSeconds(9.9)), (_group.Remaining(rules, 10.2), _group.Read(rules, 1, At(10.2)).Readings[0].Reset));
    }

    [Fact]
    public void A_fixed_window_without_other_acquisitions_opens_when_the_lease_ends()
    {
        GroupRules rules = InUse(Rule(Algorithm.FixedWindow, permits: 40, seconds: 10), returned: true);
        Lease(rules, at: 1, id: 7);

        _group.EndLease(new(7), used: 1, At(1.5));

        Assert.Equal(39, _group.Read(rules, 1, At(11.5) - new TimeSpan(1)).Readings[0].Remaining);
        Assert.Equal(40, _group.Remaining(rules, at: 11.5));
    }

    [Fact]
    public void A_lease_is_renewed_in_one_step()
    {
        GroupRules rules = InUse(Rule(Algorithm.RollingWindow, permits: 41, seconds: 60));
        Lease(rules, at: 0, id: 7);

        QuotaLeaseReply next = _group.Lease(rules, 100, BucketGroup.MaxLeaseSpan, new(8), At(0.5), ended: new(7), used: 4);

        Assert.Equal((9, 27), (next.Permits, next.Group.Readings[0].Remaining));
    }

    [Fact]
    public void The_same_id_twice_is_one_lease()
    {
        GroupRules rules = InUse(Rule(Algorithm.RollingWindow, permits: 41, seconds: 60));
        Lease(rules, at: 0, id: 7);

        QuotaLeaseReply again = Lease(rules, at: 0.4, id: 7);

        Assert.Equal((10, TimeSpan.FromSeconds(0.6)), (again.Permits, again.Span));
        Assert.Equal(30, _group.Remaining(rules, at: 0.4));
    }

    [Fact]
    public void A_lease_ends_once()
    {
        GroupRules rules = InUse(Rule(Algorithm.RollingWindow, permits: 41, seconds: 60));
        Lease(rules, at: 0, id: 7);
        Lease(rules, at: 0, id: 8, seconds: 0.5);

        _group.EndLease(new(7), used: 2, At(0.1));
        _group.EndLease(new(7), used: 2, At(0.1));
        _group.EndLease(new(9), used: 2, At(0.1));
        _group.EndLease(OperationId.None, used: 2, At(0.1));
        _group.EndLease(new(8), used: 2, At(0.5));

        Assert.Equal(40 - 2 - 7, _group.Remaining(rules, at: 0.5));
    }

    [Fact]
    public void More_than_was_leased_cannot_be_used()
    {
        GroupRules rules = InUse(Rule(Algorithm.RollingWindow, permits: 41, seconds: 60));
        Lease(rules, at: 0, id: 7);

        _group.EndLease(new(7), used: 11, At(0));

        Assert.Equal(30, _group.Remaining(rules, at: 0));
    }

    [Fact]
    public void Nothing_is_leased_from_an_unused_bucket_and_it_stays_unused()
    {
        QuotaLeaseReply reply = Lease(Rule(Algorithm.RollingWindow, permits: 40, seconds: 60), at: 0);

        Assert.Equal((0, TimeSpan.Zero, 40), (reply.Permits, reply.Span, reply.Group.Readings[0].Remaining));
        Assert.True(_group.Trim(At(0)));
    }

    [Fact]
    public void Nothing_is_leased_for_several_rules_together()
    {
        var rule = new Rule(Algorithm.RollingWindow, 40, TimeSpan.FromSeconds(60));
        GroupRules rules = InUse(new GroupRules([new("a", rule), new("b", rule)], new(1, 0)));

        Assert.Equal(0, Lease(rules, at: 0).Permits);
    }

    [Fact]
    public void Nothing_is_leased_under_an_older_or_different_rule()
    {
        GroupRules rules = InUse(Rule(2, 0, Algorithm.RollingWindow, permits: 40, seconds: 60));

        Assert.Equal(
            (0, GroupNotes.StaleGeneration), Given(Lease(Rule(1, 9, Algorithm.RollingWindow, permits: 90, seconds: 60), at: 0)));
        Assert.Equal(
            (0, GroupNotes.RuleConflict), Given(Lease(Rule(2, 0, Algorithm.RollingWindow, permits: 90, seconds: 60), at: 0)));
        Assert.Equal((9, GroupNotes.None), Given(Lease(rules, at: 0)));
    }

    [Theory]
    [InlineData(Algorithm.RollingWindow, 59)]
    [InlineData(Algorithm.FixedWindow, 59)]
    [InlineData(Algorithm.LeakyBucket, 13.6341464)]
    public void The_retry_after_of_a_refusal_caused_by_a_lease_is_when_the_cost_fits_beside_it(Algorithm algorithm, double wait)
    {
        GroupRules rules = InUse(Rule(algorithm, permits: 41, seconds: 60), cost: 10);
        Lease(rules, at: 1);

        Reading reading = _group.Acquire(rules, 34, At(1)).Readings[0];

        Assert.Equal((Verdict.Wait, TimeSpan.FromSeconds(wait)), (reading.Verdict, reading.RetryAfter));
        Assert.Equal(GroupOutcome.Allowed, _group.Read(rules, 34, At(1) + reading.RetryAfter).Outcome);
    }

    [Fact]
    public void A_cost_that_does_not_fit_beside_a_lease_waits_until_the_lease_no_longer_counts()
    {
        GroupRules rules = InUse(Rule(Algorithm.RollingWindow, permits: 41, seconds: 60));
        Lease(rules, at: 0);

        Assert.Equal(
            (Verdict.Wait, TimeSpan.FromSeconds(61)),
            (_group.Acquire(rules, 41, At(0)).Readings[0].Verdict, _group.Acquire(rules, 41, At(0)).Readings[0].RetryAfter));
        Assert.Equal(Verdict.Never, _group.Acquire(rules, 42, At(0)).Readings[0].Verdict);
    }

    [Fact]
    public void Reservations_beside_a_lease_cause_contention_as_without_it()
    {
        GroupRules rules = InUse(Rule(Algorithm.RollingWindow, permits: 41, seconds: 60));
        Lease(rules, at: 0);
        _group.AcquireAll(rules, at: 0, reserve: true, 30);

        Assert.True(_group.Acquire(rules, 30, At(0)).Contended);
        Assert.False(_group.Acquire(rules, 31, At(0)).Contended);
    }

    [Fact]
    public void A_lease_outlives_a_change_to_fewer_permits_and_is_then_clamped()
    {
        InUse(Rule(1, 0, Algorithm.RollingWindow, permits: 41, seconds: 60));
        Lease(Rule(1, 0, Algorithm.RollingWindow, permits: 41, seconds: 60), at: 0, id: 7);
        GroupRules fewer = Rule(2, 0, Algorithm.RollingWindow, permits: 4, seconds: 60);

        Assert.Equal((GroupOutcome.Refused, 0), Answer(_group.Acquire(fewer, 1, At(0.1))));
        _group.EndLease(new(7), used: 9, At(0.5));

        Assert.Equal(0, _group.Read(fewer, 1, At(60.5) - new TimeSpan(1)).Readings[0].Remaining);
        Assert.Equal(4, _group.Remaining(fewer, at: 60.5));
    }

    [Fact]
    public void A_lease_outlives_a_change_of_algorithm_and_counts_in_the_new_one()
    {
        InUse(Rule(1, 0, Algorithm.RollingWindow, permits: 41, seconds: 60));
        Lease(Rule(1, 0, Algorithm.RollingWindow, permits: 41, seconds: 60), at: 0, id: 7);
        GroupRules next = Rule(2, 0, Algorithm.FixedWindow, permits: 40, seconds: 60);

        Assert.Equal((GroupOutcome.Allowed, 29), Answer(_group.Acquire(next, 1, At(0.1))));
        _group.EndLease(new(7), used: 2, At(0.5));

        Assert.Equal(37, _group.Remaining(next, at: 0.5));
    }

    [Fact]
    public void A_reset_forgets_leases()
    {
        GroupRules rules = InUse(Rule(Algorithm.RollingWindow, permits: 41, seconds: 60));
        Lease(rules, at: 0, id: 7);

        _group.Reset();
        _group.EndLease(new(7), used: 5, At(0.5));

        Assert.Equal(41, _group.Remaining(rules, at: 2));
    }

    [Fact]
    public void A_group_with_a_lease_decays_only_after_the_lease_has_ended_and_is_no_longer_remembered()
    {
        GroupRules rules = InUse(Rule(Algorithm.RollingWindow, permits: 41, seconds: 60), returned: true);
        Lease(rules, at: 10, id: 7);

        Assert.False(_group.Trim(At(10.5)));
        Assert.False(_group.Trim(At(11)));
        Assert.Equal(31, _group.Remaining(rules, at: 11));
        Assert.False(_group.Trim(At(71) - new TimeSpan(1)));
        Assert.True(_group.Trim(At(71)));
    }

    [Fact]
    public void A_lease_continues_in_a_restored_group()
    {
        GroupRules rules = InUse(Rule(Algorithm.RollingWindow, permits: 41, seconds: 60));
        Lease(rules, at: 0, id: 7);
        var returned = new BucketGroup();
        var expired = new BucketGroup();
        byte[] snapshot = GroupSnapshot.Save(_group, At(0.5));

        GroupSnapshot.Restore(returned, snapshot, At(0.5));
        GroupSnapshot.Restore(expired, snapshot, At(0.5));
        returned.EndLease(new(7), used: 3, At(0.6));

        Assert.Equal((30, 37), (expired.Remaining(rules, at: 0.6), returned.Remaining(rules, at: 0.6)));
        Assert.Equal((30, 37), (expired.Remaining(rules, at: 5), returned.Remaining(rules, at: 5)));
    }

    [Fact]
    public void A_bucket_with_a_lease_is_not_dropped_for_another()
    {
        GroupRules rules = InUse(Rule(Algorithm.FixedWindow, permits: 41, seconds: 1), returned: true);
        Lease(rules, at: 3);
        var rule = new Rule(Algorithm.FixedWindow, 1, TimeSpan.FromSeconds(60));
        for (int i = 1; i < BucketGroup.MaxBuckets; i++)
        {
            _group.Acquire(new([new($"other {i}", rule)], new(1, 0)), 1, At(3));
        }

        GroupReply reply = _group.Acquire(new([new("one more", rule)], new(1, 0)), 1, At(3));
        Assert.Equal(GroupNotes.TooManyGroups | GroupNotes.TooManyGroupsOfAccount, reply.Notes);
        Assert.Equal(31, _group.Remaining(rules, at: 4.5));
    }

    [Fact]
    public void A_lease_needs_a_name_and_a_span_up_to_one_second()
    {
        GroupRules rules = Rule(Algorithm.RollingWindow, permits: 41, seconds: 60);

        Assert.Throws<ArgumentException>("id", () => _group.Lease(rules, 1, BucketGroup.MaxLeaseSpan, OperationId.None, At(0)));
        Assert.Throws<ArgumentOutOfRangeException>("span", () => _group.Lease(rules, 1, TimeSpan.Zero, new(1), At(0)));
        Assert.Throws<ArgumentOutOfRangeException>(
            "span", () => _group.Lease(rules, 1, BucketGroup.MaxLeaseSpan + new TimeSpan(1), new(1), At(0)));
        Assert.Throws<ArgumentOutOfRangeException>("used", () => _group.EndLease(new(1), -1, At(0)));
    }

    private static (GroupOutcome, int) Answer(GroupReply reply) => (reply.Outcome, reply.Readings[0].Remaining);

    private static (int, GroupNotes) Given(QuotaLeaseReply reply) => (reply.Permits, reply.Group.Notes);

    private QuotaLeaseReply Lease(GroupRules rules, double at, long? id = null, double seconds = 1) =>
        _group.Lease(rules, int.MaxValue, TimeSpan.FromSeconds(seconds), id is { } name ? new(name) : OperationId.New(), At(at));

    // Nothing is leased from a bucket that does not exist yet.
    private GroupRules InUse(GroupRules rules, int cost = 1, bool returned = false)
    {
        _group.Acquire(rules, cost, At(0), new(-1));
        if (returned)
        {
            _group.Cancel(new(-1), At(0));
        }

        return rules;
    }
}
