namespace OrleansLimiter.Testing.Contracts;

public abstract partial class BucketStoreContract
{
    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_newer_rule_is_used_immediately_and_keeps_acquired_permits(Algorithm algorithm)
    {
        await AcquireAsync(Rules(algorithm, permits: 10, seconds: 3600), cost: 8);

        GroupReply reply = await AcquireAsync(Rules(algorithm, permits: 20, seconds: 3600, overrides: 1), cost: 5);

        Assert.Equal((GroupOutcome.Allowed, GroupNotes.None), (reply.Outcome, reply.Notes));
        Assert.Equal((20, 7), (reply.Readings[0].Limit, reply.Readings[0].Remaining));
    }

    [Fact]
    public async Task A_caller_with_an_older_rule_gets_the_newer_one_and_is_notified()
    {
        await AcquireAsync(Rules(Algorithm.FixedWindow, permits: 5, policy: 2), cost: 5);

        GroupReply reply = await AcquireAsync(Rules(Algorithm.FixedWindow, permits: 10, policy: 1, overrides: 9));

        Assert.Equal((GroupOutcome.Refused, GroupNotes.StaleGeneration, 5), (reply.Outcome, reply.Notes, reply.Readings[0].Limit));
    }

    [Fact]
    public async Task The_stricter_of_two_rules_of_one_generation_is_used_and_the_conflict_reported()
    {
        await AcquireAsync(Rules(Algorithm.RollingWindow, permits: 10), cost: 5);

        GroupReply strict = await AcquireAsync(Rules(Algorithm.RollingWindow, permits: 6));
        GroupReply loose = await AcquireAsync(Rules(Algorithm.RollingWindow, permits: 10));

        Assert.Equal((GroupOutcome.Allowed, GroupNotes.RuleConflict, 6), (strict.Outcome, strict.Notes, strict.Readings[0].Limit));
        Assert.Equal((GroupOutcome.Refused, GroupNotes.RuleConflict, 6), (loose.Outcome, loose.Notes, loose.Readings[0].Limit));
    }

    [Fact]
    public async Task Usage_above_a_smaller_capacity_is_clamped_to_it()
    {
        await AcquireAsync(Rules(Algorithm.LeakyBucket, permits: 100, seconds: 100), cost: 90);

        Reading reading = (await Groups.ReadAsync(Key, Rules(Algorithm.LeakyBucket, permits: 10, seconds: 100, policy: 2), 1)).Readings[0];

        Assert.Equal((0, TimeSpan.FromSeconds(100)), (reading.Remaining, reading.Reset));
    }

    [Fact]
    public async Task Another_algorithm_starts_empty_and_canceling_an_earlier_acquisition_returns_nothing()
    {
        OperationId id = await ReserveAsync(Rules(Algorithm.RollingWindow, permits: 10), 10);
        GroupRules next = Rules(Algorithm.TokenBucket, permits: 10, policy: 2);
        Assert.Equal(4, (await AcquireAsync(next, cost: 6)).Readings[0].Remaining);

        Assert.Equal(4, (await CancelAsync(id, next)).Readings[0].Remaining);
    }

    [Fact]
    public async Task A_reservation_is_canceled_completely_under_a_newer_rule()
    {
        OperationId id = await ReserveAsync(Rules(Algorithm.RollingWindow, permits: 10), 10);
        GroupRules raised = Rules(Algorithm.RollingWindow, permits: 20, seconds: 30, overrides: 1);
        Assert.Equal(10, await RemainingAsync(raised));

        Assert.Equal(20, (await CancelAsync(id, raised)).Readings[0].Remaining);
    }
}
