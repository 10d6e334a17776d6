namespace OrleansLimiter.Testing.Contracts;

public abstract partial class BucketStoreContract
{
    private static readonly GroupRules s_warm = Rules(Algorithm.FixedWindow, permits: 1000);

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_joint_acquisition_consumes_its_cost_in_every_group(Algorithm algorithm)
    {
        GroupRequest[] asked = await ThreeAsync(algorithm, burst: 10, endpoint: 5, account: 7, cost: 2);

        GroupReply[] replies = await AcquireAllAsync(asked);

        Assert.All(replies, reply => Assert.Equal((GroupOutcome.Allowed, GroupNotes.None), (reply.Outcome, reply.Notes)));
        Assert.Equal([8, 3, 5], Remaining(replies));
        await AssertRemainAsync(asked, 8, 3, 5);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_joint_acquisition_that_one_group_refuses_consumes_nothing_and_the_others_reply_what_they_would_have_admitted(
        Algorithm algorithm)
    {
        GroupRequest[] asked = await ThreeAsync(algorithm, burst: 10, endpoint: 5, account: 7, cost: 3);
        await AcquireAllAsync(asked);

        GroupReply[] replies = await AcquireAllAsync(asked);

        Assert.Equal([GroupOutcome.Allowed, GroupOutcome.Refused, GroupOutcome.Allowed], replies.Select(reply => reply.Outcome));
        Assert.Equal([Verdict.Allowed, Verdict.Wait, Verdict.Allowed], replies.Select(reply => reply.Readings[0].Verdict));
        Assert.Equal([7, 2, 4], Remaining(replies));
        await AssertRemainAsync(asked, 7, 2, 4);
    }

    [Fact]
    public async Task Groups_that_are_new_decide_in_one_step_and_a_refusal_creates_none_of_them()
    {
        GroupRequest[] asked = await ThreeAsync(Algorithm.FixedWindow, burst: 10, endpoint: 5, account: 7, cost: 6);

        GroupReply[] replies = await AcquireAllAsync(asked);

        Assert.Equal([GroupOutcome.Allowed, GroupOutcome.Refused, GroupOutcome.Allowed], replies.Select(reply => reply.Outcome));
        Assert.Equal([10, 5, 7], Remaining(replies));
        Assert.Equal(Verdict.Never, replies[1].Readings[0].Verdict);
        Assert.Empty(await Groups.UsageAsync(Account));
        Assert.Equal(0, await Groups.ResetAsync(Account));
    }

    [Fact]
    public async Task Groups_that_exist_and_groups_that_are_new_decide_together()
    {
        GroupRequest[] asked = await ThreeAsync(Algorithm.FixedWindow, burst: 10, endpoint: 5, account: 7, cost: 2);
        await AcquireAllAsync(asked);
        GroupRequest[] next = [asked[0] with { Key = GroupKey.ForBurst("contract", Account, "things", "2") }, asked[1], asked[2]];

        GroupReply[] allowed = await AcquireAllAsync(next);

        Assert.Equal([8, 1, 3], Remaining(allowed));

        next[0] = next[0] with { Key = GroupKey.ForBurst("contract", Account, "things", "3") };
        GroupReply[] refused = await AcquireAllAsync(next);
        Assert.Equal([GroupOutcome.Allowed, GroupOutcome.Refused, GroupOutcome.Allowed], refused.Select(reply => reply.Outcome));
        Assert.Equal([10, 1, 3], Remaining(refused));
        Assert.Equal(4, (await Groups.UsageAsync(Account)).Count);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Two_joint_acquisitions_with_one_id_count_once(Algorithm algorithm)
    {
        GroupRequest[] asked = await ThreeAsync(algorithm, burst: 10, endpoint: 5, account: 7, cost: 4, OperationId.New());
        await AcquireAllAsync(asked);

        GroupReply[] again = await AcquireAllAsync(asked);

        Assert.All(again, reply => Assert.Equal(GroupOutcome.Allowed, reply.Outcome));
        Assert.Equal([6, 1, 3], Remaining(again));
        await AssertRemainAsync(asked, 6, 1, 3);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_joint_acquisition_that_is_canceled_in_all_groups_leaves_no_trace(Algorithm algorithm)
    {
        var id = OperationId.New();
        GroupRequest[] asked = await ThreeAsync(algorithm, burst: 10, endpoint: 5, account: 7, cost: 4, id);
        await AcquireAllAsync(asked);

        foreach (GroupRequest request in asked)
        {
            await Groups.CancelAsync(request.Key, request.Operation.Rules!, 4, id);
        }

        await AssertRemainAsync(asked, 10, 5, 7);
        Assert.Empty(await Groups.UsageAsync(Account));
        Assert.All(await AcquireAllAsync(asked), reply => Assert.Equal(GroupOutcome.Refused, reply.Outcome));
        await AssertRemainAsync(asked, 10, 5, 7);
    }

    [Fact]
    public async Task A_repeated_joint_acquisition_that_is_refused_is_canceled_in_the_groups_that_know_its_id()
    {
        var id = OperationId.New();
        GroupRequest[] asked = await ThreeAsync(Algorithm.FixedWindow, burst: 10, endpoint: 5, account: 7, cost: 4, id);
        await Groups.AcquireAsync(asked[0].Key, asked[0].Operation.Rules!, 4, id);
        await Groups.AcquireAsync(asked[1].Key, asked[1].Operation.Rules!, 2);

        GroupReply[] replies = await AcquireAllAsync(asked);

        Assert.Equal([GroupOutcome.Allowed, GroupOutcome.Refused, GroupOutcome.Allowed], replies.Select(reply => reply.Outcome));
        Assert.Equal([10, 3, 7], Remaining(replies));
        await AssertRemainAsync(asked, 10, 3, 7);
    }

    [Fact]
    public async Task A_joint_acquisition_and_a_reservation_with_one_id_count_once()
    {
        var id = OperationId.New();
        GroupRequest[] asked = await ThreeAsync(Algorithm.RollingWindow, burst: 10, endpoint: 5, account: 7, cost: 4, id);
        await AcquireAllAsync(asked);

        GroupReply reserved = await Groups.AcquireAsync(asked[2].Key, asked[2].Operation.Rules!, 4, id, reserve: true);

        Assert.Equal((GroupOutcome.Allowed, 3), (reserved.Outcome, reserved.Readings[0].Remaining));
        await AssertRemainAsync(asked, 6, 1, 3);
    }

    [Fact]
    public async Task A_joint_acquisition_that_only_a_reservation_prevents_is_contended_in_that_group_alone()
    {
        GroupRequest[] asked = await ThreeAsync(Algorithm.FixedWindow, burst: 10, endpoint: 5, account: 7, cost: 2);
        await AcquireAllAsync(asked);
        var reserved = OperationId.New();
        await Groups.AcquireAsync(asked[2].Key, asked[2].Operation.Rules!, 5, reserved, reserve: true);

        GroupReply[] replies = await AcquireAllAsync(asked);

        Assert.Equal([false, false, true], replies.Select(reply => reply.Contended));
        Assert.Equal([GroupOutcome.Allowed, GroupOutcome.Allowed, GroupOutcome.Refused], replies.Select(reply => reply.Outcome));
        await Groups.CancelAsync(asked[2].Key, asked[2].Operation.Rules!, 5, reserved);
        GroupReply[] again = await AcquireAllAsync(asked);
        Assert.Equal([6, 1, 3], Remaining(again));
    }

    [Fact]
    public async Task Groups_with_several_buckets_decide_together_and_are_read_in_the_order_of_their_rules()
    {
        GroupRequest[] asked = await ThreeAsync(Algorithm.FixedWindow, burst: 10, endpoint: 5, account: 7, cost: 2);
        asked = [asked[0], asked[2] with { Operation = BucketOperation.Acquire(Three(wide: 10, narrow: 3, other: 7), 2) }];

        GroupReply[] allowed = await AcquireAllAsync(asked);
        GroupReply[] refused = await AcquireAllAsync(asked);

        Assert.Equal([8, 8, 1, 5], Remaining(allowed));
        Assert.Equal([8, 8, 1, 5], Remaining(refused));
        Assert.Equal([GroupOutcome.Allowed, GroupOutcome.Refused], refused.Select(reply => reply.Outcome));
        Assert.Equal(
            [Verdict.Allowed, Verdict.Wait, Verdict.Allowed], Enumerable.Range(0, 3).Select(i => refused[1].Readings[i].Verdict));
    }

    [Fact]
    public async Task A_joint_acquisition_with_older_rules_gets_the_newer_ones_and_is_notified()
    {
        GroupRequest[] asked = await ThreeAsync(Algorithm.FixedWindow, burst: 10, endpoint: 5, account: 7, cost: 2);
        await Groups.AcquireAsync(asked[1].Key, Rules(Algorithm.FixedWindow, permits: 9, policy: 2), 1);

        GroupReply[] replies = await AcquireAllAsync(asked);

        Assert.Equal([GroupNotes.None, GroupNotes.StaleGeneration, GroupNotes.None], replies.Select(reply => reply.Notes));
        Assert.Equal([8, 6, 5], Remaining(replies));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_synchronous_joint_acquisition_counts_like_any_other_and_a_failed_attempt_consumes_nothing(Algorithm algorithm)
    {
        GroupRequest[] asked = await ThreeAsync(algorithm, burst: 10, endpoint: 6, account: 7, cost: 1);
        GroupKey[] keys = [.. asked.Select(request => request.Key)];
        GroupRules[] rules = [.. asked.Select(request => request.Operation.Rules!)];
        var readings = new Reading[3];
        int given = 0;
        for (int i = 0; i < 12; i++)
        {
            if (Groups.TryAcquireAll(keys, rules, 1, readings, out bool allowed))
            {
                Assert.Equal(given < 6, allowed);
                given += allowed ? 1 : 0;
                Assert.Equal([10 - given, 6 - given, 7 - given], readings.Select(reading => reading.Remaining));
            }

            await AssertRemainAsync(asked, 10 - given, 6 - given, 7 - given);
            if (i % 3 == 0)
            {
                GroupReply[] replies = await AcquireAllAsync(asked);
                given += replies.All(reply => reply.Outcome == GroupOutcome.Allowed) ? 1 : 0;
                Assert.Equal([10 - given, 6 - given, 7 - given], Remaining(replies));
            }
        }

        Assert.InRange(given, 4, 6);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Concurrent_joint_acquisitions_get_exactly_the_permits_of_the_group_that_has_least(Algorithm algorithm)
    {
        GroupRequest[] asked = await ThreeAsync(algorithm, burst: 90, endpoint: 50, account: 70, cost: 1);
        await AcquireAllAsync(asked);

        GroupReply[][] replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => AcquireAllAsync(asked))));

        Assert.Equal(49, replies.Count(each => each.All(reply => reply.Outcome == GroupOutcome.Allowed)));
        await AssertRemainAsync(asked, 40, 0, 20);
    }

    private async Task<GroupReply[]> AcquireAllAsync(GroupRequest[] asked)
    {
        GroupReply[]? replies = await Groups.AcquireAllAsync(asked);
        Assert.Equal(asked.Length, Assert.IsType<GroupReply[]>(replies).Length);
        return replies!;
    }

    /// <summary>Acquisitions in a group of each scope. The store has had the replies that make the places of new groups known.</summary>
    private async Task<GroupRequest[]> ThreeAsync(
        Algorithm algorithm, int burst, int endpoint, int account, int cost, OperationId id = default)
    {
        await Groups.AcquireAsync(Keys(new(AccountKind.Id, Account.Name + " warm"))[0], s_warm, 1);
        GroupKey[] warm = Keys(new(AccountKind.Id, Account.Name + " warm too"));
        await Groups.AcquireAllAsync(warm.Select(key => new GroupRequest(key, BucketOperation.Acquire(s_warm, 1))).ToArray());
        int[] permits = [burst, endpoint, account];
        return
        [
            .. Keys(Account).Select((key, i) =>
                new GroupRequest(key, BucketOperation.Acquire(Rules(algorithm, permits[i], seconds: 3600), cost, id))),
        ];
    }

    private static GroupKey[] Keys(Account account) =>
    [
        GroupKey.ForBurst("contract", account, "things", "1"),
        GroupKey.ForEndpoint("contract", account, "things", "live"),
        GroupKey.ForAccount("contract", account),
    ];

    private static int[] Remaining(GroupReply[] replies) =>
        [.. replies.SelectMany(reply => Enumerable.Range(0, reply.Readings.Count).Select(i => reply.Readings[i].Remaining))];

    private async Task AssertRemainAsync(GroupRequest[] asked, params int[] expected)
    {
        int[] remaining = new int[asked.Length];
        for (int i = 0; i < asked.Length; i++)
        {
            remaining[i] = (await Groups.ReadAsync(asked[i].Key, asked[i].Operation.Rules!, 1)).Readings[0].Remaining;
        }

        Assert.Equal(expected, remaining);
    }
}
