using Orleans;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// Once a front-end has the location of a group, it calls the silo and not the grain. All operations during a pending call are sent
/// together by the next one.
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

    public void Dispose() => faulty.Release();

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
    public async Task Acquisitions_during_two_pending_calls_are_sent_together_in_order_by_the_next()
    {
        await AcquireAsync();
        int together = faulty.Calls(Together);
        faulty.Hold(Together);
        Task<GroupReply>[] acquisitions = [.. Enumerable.Range(0, 102).Select(_ => AcquireAsync().AsTask())];

        // If both calls ended at the same time, each of them would send a part of the waiting acquisitions.
        faulty.ReleaseOne();
        Assert.True(SpinWait.SpinUntil(() => faulty.Calls(Together) == together + 3, TimeSpan.FromSeconds(60)));
        faulty.Release();

        GroupReply[] replies = await Task.WhenAll(acquisitions);

        Assert.Equal(Enumerable.Range(897, 102), replies.Select(reply => reply.Readings[0].Remaining).Order());

        // The call that is released first can let the third overtake the other.
        int[] waited = [.. replies[2..].Select(reply => reply.Readings[0].Remaining)];
        Assert.Equal(waited.OrderDescending(), waited);
        Assert.Equal(together + 3, faulty.Calls(Together));
    }

    [Fact]
    public async Task Operations_on_groups_of_one_silo_are_sent_together_with_separate_rules_and_replies()
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
    public async Task A_decayed_group_is_created_again_by_its_grain_and_starts_empty()
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
    public async Task An_acquisition_without_an_id_is_unavailable_if_its_reply_is_lost()
    {
        await AcquireAsync();
        faulty.LoseNextAnswer(Together);

        Assert.Equal(GroupOutcome.Unavailable, (await AcquireAsync()).Outcome);
        Assert.Equal(998, (await _groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task An_acquisition_with_an_id_is_repeated_if_its_reply_is_lost_and_counts_once()
    {
        await AcquireAsync();
        faulty.LoseNextAnswer(Together);

        GroupReply reply = await _groups.AcquireAsync(_key, s_rules, 1, OperationId.New(), reserve: false);

        Assert.Equal((GroupOutcome.Allowed, 998), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(998, (await _groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task If_the_silo_has_stopped_the_grain_is_called_and_no_acquisition_is_lost()
    {
        await AcquireAsync();
        faulty.FailNext(Together, times: 1);

        GroupReply reply = await AcquireAsync();

        Assert.Equal((GroupOutcome.Allowed, 998), (reply.Outcome, reply.Readings[0].Remaining));
    }

    [Fact]
    public async Task An_acquisition_that_waited_longer_than_the_deadline_is_not_sent()
    {
        await AcquireAsync();
        faulty.Hold(Together);
        Task<GroupReply>[] sent = [AcquireAsync().AsTask(), AcquireAsync().AsTask()];
        ValueTask<GroupReply> waiting = AcquireAsync();
        faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(201));
        faulty.Release();

        Assert.All(await Task.WhenAll(sent), reply => Assert.Equal(GroupOutcome.Allowed, reply.Outcome));
        Assert.Equal(GroupOutcome.Unavailable, (await waiting).Outcome);
        Assert.Equal(997, (await _groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task Calls_without_a_reply_do_not_delay_others()
    {
        await AcquireAsync();
        int together = faulty.Calls(Together);
        faulty.Hold(Together, times: 2);
        Task<GroupReply>[] lost = [AcquireAsync().AsTask(), AcquireAsync().AsTask()];
        while (faulty.Calls(Together) < together + 2)
        {
            await Task.Yield(); // otherwise the third can overtake them and wait in their place
        }

        faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(201));

        Assert.Equal(998, (await AcquireAsync()).Readings[0].Remaining);
        Assert.All(lost, acquisition => Assert.False(acquisition.IsCompleted));
        faulty.Release();
        await Task.WhenAll(lost);
    }

    [Fact]
    public async Task While_the_circuit_is_open_calls_do_not_wait()
    {
        await AcquireAsync();
        faulty.Hold(Together);
        ValueTask<GroupReply> sent = AcquireAsync();
        faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(501));
        long refused = _groups.CallsRefused;

        ValueTask<GroupReply> acquisition = AcquireAsync();

        Assert.True(acquisition.IsCompletedSuccessfully);
        Assert.Equal(GroupOutcome.Unavailable, (await acquisition).Outcome);
        Assert.Equal(refused + 1, _groups.CallsRefused);
        faulty.Release();
        Assert.Equal(998, (await sent).Readings[0].Remaining);
        Assert.Equal(997, (await AcquireAsync()).Readings[0].Remaining);
    }

    [Fact]
    public async Task An_operation_that_a_silo_cannot_read_or_find_has_an_error_reply_and_changes_nothing()
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
