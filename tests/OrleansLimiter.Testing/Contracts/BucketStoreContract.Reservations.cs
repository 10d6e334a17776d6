namespace OrleansLimiter.Testing.Contracts;

public abstract partial class BucketStoreContract
{
    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_refusal_caused_by_reservations_alone_is_contended_and_has_a_short_retry_after(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 5, seconds: 3600);
        await ReserveAsync(rules, 5);

        GroupReply reply = await AcquireAsync(rules);

        Assert.Equal((GroupOutcome.Refused, true), (reply.Outcome, reply.Contended));
        Assert.InRange(reply.Readings[0].RetryAfter, new TimeSpan(1), BucketGroup.ReservationTimeout);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_committed_acquisition_counts_like_any_other(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 5, seconds: 3600);
        OperationId id = await ReserveAsync(rules, 5);

        await Groups.CommitAsync(Key, id);

        GroupReply reply = await AcquireAsync(rules);
        Assert.Equal((GroupOutcome.Refused, false), (reply.Outcome, reply.Contended));
        Assert.True(reply.Readings[0].RetryAfter > BucketGroup.ReservationTimeout);
    }

    [Fact]
    public async Task A_reservation_that_is_neither_committed_nor_canceled_becomes_final()
    {
        GroupRules rules = Rules(Algorithm.RollingWindow, permits: 5);
        await ReserveAsync(rules, 5);

        Time.Advance(BucketGroup.ReservationTimeout);

        GroupReply reply = await AcquireAsync(rules);
        Assert.Equal((GroupOutcome.Refused, false), (reply.Outcome, reply.Contended));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_canceled_acquisition_leaves_no_trace_and_the_reply_shows_that(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 5, seconds: 3600);
        await AcquireAsync(rules, cost: 1);
        OperationId id = await ReserveAsync(rules, 4);

        GroupReply reply = await CancelAsync(id, rules);

        Assert.Equal((GroupOutcome.Allowed, 4), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(4, await RemainingAsync(rules));
    }

    [Fact]
    public async Task An_acquisition_that_is_canceled_twice_is_returned_once()
    {
        GroupRules rules = Rules(Algorithm.LeakyBucket, permits: 5, seconds: 3600);
        OperationId id = await ReserveAsync(rules, 2);
        await ReserveAsync(rules, 2);

        await CancelAsync(id, rules);
        await CancelAsync(id, rules);

        Assert.Equal(3, await RemainingAsync(rules));
    }

    [Fact]
    public async Task Unknown_ids_change_nothing()
    {
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 5);
        await ReserveAsync(rules, 2);
        await AcquireAsync(rules, cost: 2);

        await Groups.CommitAsync(Key, OperationId.New());
        await Groups.CommitAsync(Key, OperationId.None);
        await CancelAsync(OperationId.New(), rules);
        await CancelAsync(OperationId.None, rules);

        Assert.Equal(1, await RemainingAsync(rules));
    }

    [Fact]
    public async Task A_cancellation_or_a_commit_creates_no_group()
    {
        await Groups.CommitAsync(Key, OperationId.New());
        GroupReply reply = await CancelAsync(OperationId.New(), Rules(Algorithm.FixedWindow, permits: 5));

        Assert.Equal((GroupOutcome.Allowed, 5), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(0, await Groups.ResetAsync(Account));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Two_acquisitions_with_one_id_count_once(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 5, seconds: 3600);
        OperationId id = await ReserveAsync(rules, 4);

        GroupReply again = await AcquireAsync(rules, cost: 4, id, reserve: true);

        Assert.Equal((GroupOutcome.Allowed, 1), (again.Outcome, again.Readings[0].Remaining));
        Assert.Equal(1, await RemainingAsync(rules));
    }

    [Fact]
    public async Task Concurrent_acquisitions_with_one_id_count_once()
    {
        GroupRules rules = Rules(Algorithm.RollingWindow, permits: 50);
        var id = OperationId.New();

        GroupReply[] replies = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await AcquireAsync(rules, cost: 30, id))));

        Assert.All(replies, reply => Assert.Equal((GroupOutcome.Allowed, 20), (reply.Outcome, reply.Readings[0].Remaining)));
    }

    [Fact]
    public async Task An_acquisition_that_arrives_after_its_cancellation_acquires_nothing()
    {
        GroupRules rules = Rules(Algorithm.RollingWindow, permits: 5);
        OperationId id = await ReserveAsync(rules, 4);
        await CancelAsync(id, rules);

        Assert.Equal(GroupOutcome.Refused, (await AcquireAsync(rules, cost: 4, id, reserve: true)).Outcome);
        Assert.Equal(5, await RemainingAsync(rules));
    }

    [Fact]
    public async Task A_cancellation_undoes_an_acquisition_in_all_its_buckets()
    {
        GroupRules rules = Three(wide: 10, narrow: 5, other: 7);
        OperationId id = await ReserveAsync(rules, 5);

        GroupReply reply = await CancelAsync(id, rules);

        Assert.Equal([10, 5, 7], Enumerable.Range(0, reply.Readings.Count).Select(i => reply.Readings[i].Remaining));
        Assert.Empty(await Groups.UsageAsync(Account));
    }

    [Fact]
    public async Task Concurrent_reservations_that_are_canceled_leave_no_trace()
    {
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 10);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(async () =>
        {
            var id = OperationId.New();
            await AcquireAsync(rules, cost: 3, id, reserve: true);
            await CancelAsync(id, rules);
        })));

        Reading reading = (await Groups.ReadAsync(Key, rules, 1)).Readings[0];
        Assert.Equal((10, TimeSpan.Zero), (reading.Remaining, reading.Reset));
    }
}
