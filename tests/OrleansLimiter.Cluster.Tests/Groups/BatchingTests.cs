using Orleans;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// Once a front-end knows where a group lives, it asks the silo and not the grain: whatever comes while a call is out goes
/// together in the next.
/// </summary>
public sealed class BatchingTests(FaultyCluster faulty) : IClassFixture<FaultyCluster>, IDisposable
{
    private const string Together = nameof(ISiloGrain.ExecuteBatchAsync);
    private const string ByGrain = nameof(IGroupGrain.ExecuteAsync);

    private static readonly GroupRules s_rules =
        new([new("limit", new(Algorithm.FixedWindow, 1000, TimeSpan.FromSeconds(60)))], new(1, 0));

    private static int s_accounts;

    private readonly GroupKey _key = GroupKey.ForAccount("p", new(AccountKind.Id, $"together {Interlocked.Increment(ref s_accounts)}"));
    private readonly ClusterBucketStore _groups = faulty.Cluster.FrontEnd();

    public void Dispose() => faulty.LetGo();

    [Fact]
    public async Task The_first_acquisition_goes_to_the_grain_and_those_after_it_to_the_silo()
    {
        (int grain, int together) = (faulty.Calls(ByGrain), faulty.Calls(Together));

        for (int left = 999; left > 989; left--)
        {
            Assert.Equal(left, (await AcquireAsync()).Readings[0].Remaining);
        }

        Assert.Equal((grain + 1, together + 9), (faulty.Calls(ByGrain), faulty.Calls(Together)));
    }

    [Fact]
    public async Task Acquisitions_that_come_while_two_calls_are_out_go_together_in_the_next_and_in_order()
    {
        await AcquireAsync();
        int together = faulty.Calls(Together);
        faulty.Hold(Together);
        Task<GroupReply>[] takes = [.. Enumerable.Range(0, 102).Select(_ => AcquireAsync().AsTask())];
        faulty.LetGo();

        GroupReply[] replies = await Task.WhenAll(takes);

        Assert.Equal(Enumerable.Range(897, 102), replies.Select(reply => reply.Readings[0].Remaining).Order());

        // The call that goes on first may let the third overtake the other.
        int[] waited = [.. replies[2..].Select(reply => reply.Readings[0].Remaining)];
        Assert.Equal(waited.OrderDescending(), waited);
        Assert.Equal(together + 3, faulty.Calls(Together));
    }

    [Fact]
    public async Task Groups_of_one_silo_go_together_each_with_its_own_rules_and_answers()
    {
        GroupKey[] keys = [.. Enumerable.Range(0, 60).Select(i => GroupKey.ForEndpoint("p", _key.Account, $"e{i}", "live"))];
        GroupRules[] rules =
        [
            .. Enumerable.Range(0, 60).Select(
                i => new GroupRules([new("limit", new(Algorithm.FixedWindow, 10 + i % 7, TimeSpan.FromSeconds(60)))], new(1, 0))),
        ];
        await Task.WhenAll(keys.Select((key, i) => AcquireAsync(key, rules[i]).AsTask()));
        int together = faulty.Calls(Together);

        GroupReply[] replies = await Task.WhenAll(keys.Select((key, i) => AcquireAsync(key, rules[i]).AsTask()));

        Assert.Equal(Enumerable.Range(0, 60).Select(i => 8 + i % 7), replies.Select(reply => reply.Readings[0].Remaining));
        Assert.InRange(faulty.Calls(Together) - together, 3, 59);
    }

    [Fact]
    public async Task A_group_that_has_decayed_is_found_again_by_its_grain_and_counts_from_the_start()
    {
        await AcquireAsync();
        faulty.Cluster.Time.Advance(TimeSpan.FromSeconds(80));
        await faulty.Cluster.Cluster.WaitForDeactivationAsync(Orleans.Runtime.GrainId.Create("account", GroupGrainKey.Of(_key)));
        int grain = faulty.Calls(ByGrain);

        Assert.Equal(999, (await AcquireAsync()).Readings[0].Remaining);
        Assert.Equal(998, (await AcquireAsync()).Readings[0].Remaining);

        Assert.Equal(grain + 1, faulty.Calls(ByGrain));
    }

    [Fact]
    public async Task An_acquisition_whose_answer_is_lost_is_unavailable_without_an_id_because_it_may_have_counted()
    {
        await AcquireAsync();
        faulty.LoseNextAnswer(Together);

        Assert.Equal(GroupOutcome.Unavailable, (await AcquireAsync()).Outcome);
        Assert.Equal(998, (await _groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task An_acquisition_whose_answer_is_lost_is_repeated_with_an_id_and_counts_once()
    {
        await AcquireAsync();
        faulty.LoseNextAnswer(Together);

        GroupReply reply = await _groups.AcquireAsync(_key, s_rules, 1, OperationId.New(), reserve: false);

        Assert.Equal((GroupOutcome.Allowed, 998), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(998, (await _groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task Where_the_silo_is_gone_the_grain_is_asked_and_no_acquisition_is_lost()
    {
        await AcquireAsync();
        faulty.FailNext(Together, times: 1);

        GroupReply reply = await AcquireAsync();

        Assert.Equal((GroupOutcome.Allowed, 998), (reply.Outcome, reply.Readings[0].Remaining));
    }

    [Fact]
    public async Task An_acquisition_that_has_waited_past_the_deadline_is_not_sent_any_more()
    {
        await AcquireAsync();
        faulty.Hold(Together);
        Task<GroupReply>[] sent = [AcquireAsync().AsTask(), AcquireAsync().AsTask()];
        ValueTask<GroupReply> waiting = AcquireAsync();
        faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(201));
        faulty.LetGo();

        Assert.All(await Task.WhenAll(sent), reply => Assert.Equal(GroupOutcome.Allowed, reply.Outcome));
        Assert.Equal(GroupOutcome.Unavailable, (await waiting).Outcome);
        Assert.Equal(997, (await _groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task Calls_that_nobody_answers_do_not_hold_up_the_rest()
    {
        await AcquireAsync();
        int together = faulty.Calls(Together);
        faulty.Hold(Together, times: 2);
        Task<GroupReply>[] lost = [AcquireAsync().AsTask(), AcquireAsync().AsTask()];
        while (faulty.Calls(Together) < together + 2)
        {
            await Task.Yield(); // else the third may overtake them, and be held in their place
        }

        faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(201));

        Assert.Equal(998, (await AcquireAsync()).Readings[0].Remaining);
        Assert.All(lost, take => Assert.False(take.IsCompleted));
        faulty.LetGo();
        await Task.WhenAll(lost);
    }

    [Fact]
    public async Task While_the_cluster_is_silent_nobody_waits_for_it()
    {
        await AcquireAsync();
        faulty.Hold(Together);
        ValueTask<GroupReply> sent = AcquireAsync();
        faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(501));
        long refused = _groups.CallsRefused;

        ValueTask<GroupReply> take = AcquireAsync();

        Assert.True(take.IsCompletedSuccessfully);
        Assert.Equal(GroupOutcome.Unavailable, (await take).Outcome);
        Assert.Equal(refused + 1, _groups.CallsRefused);
        faulty.LetGo();
        Assert.Equal(998, (await sent).Readings[0].Remaining);
        Assert.Equal(997, (await AcquireAsync()).Readings[0].Remaining);
    }

    [Fact]
    public async Task What_a_silo_cannot_understand_or_find_is_answered_so_and_changes_nothing()
    {
        GroupReplyData first = await Cluster.Client.GetGrain<IAccountGrain>(GroupGrainKey.Of(_key)).ExecuteAsync(new(0, s_rules, 1, 0));
        GroupAddress address = Assert.IsType<GroupAddress>(first.Address);
        OperationsReply answer = await Cluster.Client.GetGrain<ISiloGrain>(address.Silo).ExecuteBatchAsync(new(
            [s_rules, null],
            [
                new(address.Number, Kind: 0, Rules: 0, Cost: 1, OperationId: 0),
                new(address.Number, Kind: 0, Rules: 1, Cost: 1, OperationId: 0),
                new(address.Number, Kind: 0, Rules: -1, Cost: 1, OperationId: 0),
                new(address.Number, Kind: 0, Rules: 2, Cost: 1, OperationId: 0),
                new(address.Number, Kind: 0, Rules: 0, Cost: 0, OperationId: 0),
                new(address.Number, Kind: 1, Rules: 0, Cost: 1, OperationId: 0),
                new(address.Number, Kind: 5, Rules: 0, Cost: 1, OperationId: 0),
                new(address.Number + 1_000_000, Kind: 0, Rules: 0, Cost: 1, OperationId: 0),
                new(-1, Kind: 4, Rules: 0, Cost: 1, OperationId: 0),
            ]));

        Assert.Equal(998, answer.Replies[0].First.Remaining);
        Assert.All(answer.Replies[1..7], one => Assert.Equal(GroupReplyData.Unsupported, one.Outcome));
        Assert.All(answer.Replies[7..], one => Assert.Equal(GroupReplyData.Gone, one.Outcome));
        Assert.Equal(998, (await _groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    private Orleans.TestingHost.InProcessTestCluster Cluster => faulty.Cluster.Cluster;

    private ValueTask<GroupReply> AcquireAsync() => AcquireAsync(_key, s_rules);

    private ValueTask<GroupReply> AcquireAsync(GroupKey key, GroupRules rules) =>
        _groups.AcquireAsync(key, rules, 1, OperationId.None, reserve: false);
}
