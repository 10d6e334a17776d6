namespace OrleansLimiter.Testing.Contracts;

public abstract partial class GroupsContract
{
    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_refusal_that_held_permits_alone_caused_is_contended_and_soon_worth_another_question(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 5, seconds: 3600);
        await HoldAsync(rules, 5);

        GroupReply reply = await TakeAsync(rules);

        Assert.Equal((GroupOutcome.Refused, true), (reply.Outcome, reply.Contended));
        Assert.InRange(reply.Readings[0].RetryAfter, new TimeSpan(1), Group.HoldBound);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_confirmed_take_refuses_others_as_any_other(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 5, seconds: 3600);
        TakeId id = await HoldAsync(rules, 5);

        await Groups.ConfirmAsync(Key, id);

        GroupReply reply = await TakeAsync(rules);
        Assert.Equal((GroupOutcome.Refused, false), (reply.Outcome, reply.Contended));
        Assert.True(reply.Readings[0].RetryAfter > Group.HoldBound);
    }

    [Fact]
    public async Task A_held_take_that_nobody_settles_counts_for_good_after_the_bound()
    {
        GroupRules rules = Rules(Algorithm.RollingWindow, permits: 5);
        await HoldAsync(rules, 5);

        Time.Advance(Group.HoldBound);

        GroupReply reply = await TakeAsync(rules);
        Assert.Equal((GroupOutcome.Refused, false), (reply.Outcome, reply.Contended));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_returned_take_never_happened_and_the_answer_says_so(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 5, seconds: 3600);
        await TakeAsync(rules, cost: 1);
        TakeId id = await HoldAsync(rules, 4);

        GroupReply reply = await ReturnAsync(id, rules);

        Assert.Equal((GroupOutcome.Allowed, 4), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(4, await RemainingAsync(rules));
    }

    [Fact]
    public async Task A_take_returned_twice_comes_back_once()
    {
        GroupRules rules = Rules(Algorithm.LeakyBucket, permits: 5, seconds: 3600);
        TakeId id = await HoldAsync(rules, 2);
        await HoldAsync(rules, 2);

        await ReturnAsync(id, rules);
        await ReturnAsync(id, rules);

        Assert.Equal(3, await RemainingAsync(rules));
    }

    [Fact]
    public async Task Ids_that_the_group_does_not_know_change_nothing()
    {
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 5);
        await HoldAsync(rules, 2);
        await TakeAsync(rules, cost: 2);

        await Groups.ConfirmAsync(Key, TakeId.New());
        await Groups.ConfirmAsync(Key, TakeId.None);
        await ReturnAsync(TakeId.New(), rules);
        await ReturnAsync(TakeId.None, rules);

        Assert.Equal(1, await RemainingAsync(rules));
    }

    [Fact]
    public async Task A_group_that_does_not_live_is_not_brought_to_life_by_a_return_or_a_confirmation()
    {
        await Groups.ConfirmAsync(Key, TakeId.New());
        GroupReply reply = await ReturnAsync(TakeId.New(), Rules(Algorithm.FixedWindow, permits: 5));

        Assert.Equal((GroupOutcome.Allowed, 5), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(0, await Groups.ResetAsync(Account));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task The_same_id_twice_is_one_take(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 5, seconds: 3600);
        TakeId id = await HoldAsync(rules, 4);

        GroupReply again = await TakeAsync(rules, cost: 4, id, hold: true);

        Assert.Equal((GroupOutcome.Allowed, 1), (again.Outcome, again.Readings[0].Remaining));
        Assert.Equal(1, await RemainingAsync(rules));
    }

    [Fact]
    public async Task The_same_id_many_times_at_once_is_one_take()
    {
        GroupRules rules = Rules(Algorithm.RollingWindow, permits: 50);
        var id = TakeId.New();

        GroupReply[] replies = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await TakeAsync(rules, cost: 30, id))));

        Assert.All(replies, reply => Assert.Equal((GroupOutcome.Allowed, 20), (reply.Outcome, reply.Readings[0].Remaining)));
    }

    [Fact]
    public async Task A_take_that_arrives_after_its_return_was_done_takes_nothing()
    {
        GroupRules rules = Rules(Algorithm.RollingWindow, permits: 5);
        TakeId id = await HoldAsync(rules, 4);
        await ReturnAsync(id, rules);

        Assert.Equal(GroupOutcome.Refused, (await TakeAsync(rules, cost: 4, id, hold: true)).Outcome);
        Assert.Equal(5, await RemainingAsync(rules));
    }

    [Fact]
    public async Task A_return_undoes_a_take_in_every_bucket_that_gave()
    {
        GroupRules rules = Three(wide: 10, narrow: 5, other: 7);
        TakeId id = await HoldAsync(rules, 5);

        GroupReply reply = await ReturnAsync(id, rules);

        Assert.Equal([10, 5, 7], Enumerable.Range(0, reply.Readings.Count).Select(i => reply.Readings[i].Remaining));
        Assert.Empty(await Groups.UsageAsync(Account));
    }

    [Fact]
    public async Task Takes_that_are_held_and_returned_at_once_leave_no_trace()
    {
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 10);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(async () =>
        {
            var id = TakeId.New();
            await TakeAsync(rules, cost: 3, id, hold: true);
            await ReturnAsync(id, rules);
        })));

        Reading reading = (await Groups.ReadAsync(Key, rules, 1)).Readings[0];
        Assert.Equal((10, TimeSpan.Zero), (reading.Remaining, reading.Reset));
    }
}
