namespace OrleansLimiter.Testing.Contracts;

public abstract partial class BucketStoreContract
{
    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task An_acquisition_consumes_its_cost_and_reports_what_remains(Algorithm algorithm)
    {
        GroupReply reply = await AcquireAsync(Rules(algorithm, permits: 10), cost: 3);

        Assert.Equal((GroupOutcome.Allowed, GroupNotes.None, 1), (reply.Outcome, reply.Notes, reply.Readings.Count));
        Reading reading = reply.Readings[0];
        Assert.Equal(
            (10, 7, TimeSpan.FromSeconds(60), TimeSpan.Zero, Verdict.Allowed),
            (reading.Limit, reading.Remaining, reading.Window, reading.RetryAfter, reading.Verdict));
        Assert.True(reading.Reset > TimeSpan.Zero);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task An_acquisition_above_what_remains_is_refused_and_consumes_nothing(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 10);
        await AcquireAsync(rules, cost: 8);

        GroupReply reply = await AcquireAsync(rules, cost: 3);

        Assert.Equal((GroupOutcome.Refused, GroupNotes.None), (reply.Outcome, reply.Notes));
        Assert.Equal((Verdict.Wait, 2), (reply.Readings[0].Verdict, reply.Readings[0].Remaining));
        Assert.Equal(GroupOutcome.Allowed, (await AcquireAsync(rules, cost: 2)).Outcome);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Waiting_exactly_retry_after_is_enough_and_a_tick_less_is_not(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 7);
        await AcquireAsync(rules, cost: 7);
        TimeSpan wait = (await AcquireAsync(rules)).Readings[0].RetryAfter;

        Time.Advance(wait - new TimeSpan(1));
        Assert.Equal(GroupOutcome.Refused, (await AcquireAsync(rules)).Outcome);
        Time.Advance(new TimeSpan(1));
        Assert.Equal(GroupOutcome.Allowed, (await AcquireAsync(rules)).Outcome);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_cost_above_the_capacity_is_never_allowed_and_has_no_retry_after(Algorithm algorithm)
    {
        GroupReply reply = await AcquireAsync(Rules(algorithm, permits: 10), cost: 11);

        Assert.Equal(GroupOutcome.Refused, reply.Outcome);
        Reading reading = reply.Readings[0];
        Assert.Equal((Verdict.Never, TimeSpan.Zero, 10), (reading.Verdict, reading.RetryAfter, reading.Remaining));
    }

    [Fact]
    public async Task Zero_permits_block() => Assert.Equal(
        Verdict.Never, (await AcquireAsync(Rules(Algorithm.RollingWindow, permits: 0))).Readings[0].Verdict);

    [Fact]
    public async Task Several_rules_grant_together_and_are_read_in_their_order()
    {
        GroupReply reply = await AcquireAsync(Three(wide: 10, narrow: 5, other: 7), cost: 2);

        Assert.Equal(GroupOutcome.Allowed, reply.Outcome);
        Assert.Equal([8, 3, 5], Enumerable.Range(0, reply.Readings.Count).Select(i => reply.Readings[i].Remaining));
    }

    [Fact]
    public async Task If_one_of_several_rules_refuses_no_rule_grants()
    {
        GroupRules rules = Three(wide: 10, narrow: 3, other: 7);
        await AcquireAsync(rules, cost: 2);

        GroupReply reply = await AcquireAsync(rules, cost: 2);

        Assert.Equal(GroupOutcome.Refused, reply.Outcome);
        Assert.Equal(
            [(8, Verdict.Allowed), (1, Verdict.Wait), (5, Verdict.Allowed)],
            Enumerable.Range(0, reply.Readings.Count).Select(i => (reply.Readings[i].Remaining, reply.Readings[i].Verdict)));
        int[] left = await RemainingAsync("narrow", "wide");
        Assert.Equal([1, 8], left);

        async Task<int[]> RemainingAsync(params string[] names)
        {
            var asked = new GroupRules([.. names.Select(name => rules.Rules.First(rule => rule.Bucket == name))], rules.Generation);
            GroupReply read = await Groups.ReadAsync(Key, asked, 1);
            return [.. names.Select((_, i) => read.Readings[i].Remaining)];
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Concurrent_acquisitions_get_exactly_the_permits(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 50);

        GroupReply[] replies = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(_ => Task.Run(async () => await AcquireAsync(rules))));

        Assert.Equal(50, replies.Count(reply => reply.Outcome == GroupOutcome.Allowed));
        Assert.Equal(Enumerable.Range(0, 50), replies
            .Where(reply => reply.Outcome == GroupOutcome.Allowed).Select(reply => reply.Readings[0].Remaining).Order());
    }

    [Fact]
    public async Task Every_key_is_counted_separately()
    {
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 1);
        Account address = Account with { Kind = AccountKind.Ip };
        foreach (string odd in new[] { "", "/", ":", "a/b", "a%2Fb", "+", "\0", "ä", "a\u0308", "\ud83d\ude80", new string('x', 10_000) })
        {
            Account account = new(AccountKind.Id, Account.Name + odd);
            GroupKey[] keys =
            [
                GroupKey.ForAccount("contract", account), GroupKey.ForAccount("other" + odd, account),
                GroupKey.ForAccount("contract", address with { Name = account.Name }),
                GroupKey.ForEndpoint("contract", account, "a" + odd, "b"), GroupKey.ForEndpoint("contract", account, "a", odd + "c"),
                GroupKey.ForBurst("contract", account, "a" + odd, "b"), GroupKey.ForBurst("contract", account, "a", odd + "c"),
            ];
            foreach (GroupKey key in keys)
            {
                Assert.Equal(GroupOutcome.Allowed, (await Groups.AcquireAsync(key, rules, 1, OperationId.None, reserve: false)).Outcome);
                Assert.Equal(GroupOutcome.Refused, (await Groups.AcquireAsync(key, rules, 1, OperationId.None, reserve: false)).Outcome);
            }
        }
    }

    [Fact]
    public async Task Reading_consumes_nothing_and_creates_no_group()
    {
        GroupRules rules = Rules(Algorithm.RollingWindow, permits: 10);

        GroupReply all = await Groups.ReadAsync(Key, rules, 10);
        GroupReply more = await Groups.ReadAsync(Key, rules, 11);

        Assert.Equal((GroupOutcome.Allowed, 10, TimeSpan.Zero), (all.Outcome, all.Readings[0].Remaining, all.Readings[0].Reset));
        Assert.Equal((GroupOutcome.Refused, Verdict.Never), (more.Outcome, more.Readings[0].Verdict));
        Assert.Empty(await Groups.UsageAsync(Account));
        Assert.Equal(0, await Groups.ResetAsync(Account));
    }

    [Fact]
    public async Task Reading_reports_how_long_a_cost_would_have_to_wait()
    {
        GroupRules rules = Rules(Algorithm.LeakyBucket, permits: 10, seconds: 10);
        await AcquireAsync(rules, cost: 9);

        GroupReply reply = await Groups.ReadAsync(Key, rules, 4);

        Assert.Equal(
            (GroupOutcome.Refused, 1, TimeSpan.FromSeconds(3)),
            (reply.Outcome, reply.Readings[0].Remaining, reply.Readings[0].RetryAfter));
    }

    private static GroupRules Three(int wide, int narrow, int other) => new(
        [
            new("wide", Rule(Algorithm.RollingWindow, wide)),
            new("narrow", Rule(Algorithm.LeakyBucket, narrow)),
            new("other", Rule(Algorithm.FixedWindow, other)),
        ],
        new(1, 0));

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_synchronous_acquisition_counts_like_any_other_and_a_failed_attempt_consumes_nothing(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 5);
        int given = 0;
        for (int i = 0; i < 20; i++)
        {
            if (Groups.TryAcquire(Key, rules, 1, out Reading reading, out _))
            {
                given += reading.Allowed ? 1 : 0;
                Assert.Equal(5 - given, reading.Remaining);
            }

            Assert.Equal(5 - given, await RemainingAsync(rules));
            given += i % 3 == 0 && (await AcquireAsync(rules)).Outcome == GroupOutcome.Allowed ? 1 : 0;
        }

        Assert.Equal(5, given);
    }

    [Fact]
    public async Task A_contended_acquisition_is_never_refused_synchronously()
    {
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 1);
        await ReserveAsync(rules, 1);
        Assert.False(Groups.TryAcquire(Key, rules, 1, out _, out _));
    }

    [Fact]
    public async Task The_location_found_by_a_failed_synchronous_attempt_leads_to_the_same_group()
    {
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 5);
        await ReserveAsync(rules, 2);
        Assert.False(Groups.TryAcquire(Key, rules, 1, out _, out object? hint));

        GroupReply reply = await Groups.ExecuteAsync(new(Key, BucketOperation.Acquire(rules, 1)) { Hint = hint });

        Assert.Equal((GroupOutcome.Allowed, 2), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(2, await RemainingAsync(rules));
    }

    [Fact]
    public async Task A_location_of_a_decayed_group_is_harmless()
    {
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 5, seconds: 1);
        await ReserveAsync(rules, 5);
        Groups.TryAcquire(Key, rules, 1, out _, out object? hint);
        Time.Advance(TimeSpan.FromSeconds(30));

        GroupReply reply = await Groups.ExecuteAsync(new(Key, BucketOperation.Acquire(rules, 2)) { Hint = hint });

        Assert.Equal((GroupOutcome.Allowed, 3), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(3, await RemainingAsync(rules));
    }

    [Fact]
    public async Task The_operations_of_one_call_have_separate_replies_in_their_order()
    {
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 5);
        GroupKey[] keys = [GroupKey.ForBurst("contract", Account, "things", "r"), Key, GroupKey.ForAccount("contract", Account)];
        await AcquireFromAsync(keys[1], rules, 4);
        var replies = new ValueTask<GroupReply>[3];

        Groups.Execute(
            [
                new(keys[0], BucketOperation.Acquire(rules, 2)),
                new(keys[1], BucketOperation.Acquire(rules, 2)),
                new(keys[2], BucketOperation.Read(rules, 1)),
            ],
            replies);

        Assert.Equal(
            [(GroupOutcome.Allowed, 3), (GroupOutcome.Refused, 1), (GroupOutcome.Allowed, 5)],
            (await Task.WhenAll(replies.Select(reply => reply.AsTask()))).Select(reply => (reply.Outcome, reply.Readings[0].Remaining)));
    }
}
