using Orleans;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The calls that a request of several limits needs.</summary>
public sealed class JointCallTests(FaultyCluster faulty) : IClassFixture<FaultyCluster>, IAsyncLifetime
{
    private const string Cold = nameof(ISiloGrain.AcquireAsync);
    private const string Locate = nameof(IGroupGrain.LocateAsync);
    private const string Batch = nameof(ISiloGrain.ExecuteBatchAsync);
    private const string ByGrain = nameof(IGroupGrain.ExecuteAsync);

    private readonly Account _account = JointRequests.NewAccount();
    private ClusterBucketStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        faulty.Cluster.Listed(silos: 3);
        _store = await faulty.Cluster.FrontEnd().KnowingSilosAsync();
    }

    public ValueTask DisposeAsync()
    {
        faulty.Release();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_front_end_that_has_had_no_reply_knows_no_silo_and_reserves()
    {
        ClusterBucketStore first = faulty.Cluster.FrontEnd();

        Assert.Null(await first.AcquireAllAsync(JointRequests.Of(_account)));
        await first.AssertRemainAsync(_account, 10, 20, 30);
    }

    [Fact]
    public async Task New_groups_are_one_call_to_the_silo_of_the_account_which_activates_them_and_decides()
    {
        int[] before = Calls();

        GroupReply[]? replies = await _store.AcquireAllAsync(JointRequests.Of(_account, cost: 2));

        replies.AssertRemaining(8, 18, 28);
        Assert.Equal([1, 3, 0, 0], Since(before));
        string silo = faulty.Cluster.Listed(silos: 3).SiloOf(_account)!.ToParsableString();
        Assert.All(
            faulty.Cluster.Silos,
            each => Assert.Equal(each.Name == silo ? 3 : 0, each.StartingWith(GroupGrainKey.Prefix(_account)).Count()));
    }

    [Fact]
    public async Task Known_groups_are_one_set_of_operations_in_a_batch()
    {
        await _store.AcquireAllAsync(JointRequests.Of(_account));
        int[] before = Calls();

        await _store.AcquireAllAsync(JointRequests.Of(_account)).AssertRemainingAsync(8, 18, 28);
        await _store.AcquireAllAsync(JointRequests.Of(_account, cost: 9)).AssertRemainingAsync(8, 18, 28);

        Assert.Equal([0, 0, 2, 0], Since(before));
    }

    [Fact]
    public async Task A_request_with_one_new_group_is_one_call_as_well()
    {
        await _store.AcquireAllAsync(JointRequests.Of(_account));
        int[] before = Calls();

        await _store.AcquireAllAsync(JointRequests.Of(_account, resource: "2")).AssertRemainingAsync(9, 18, 28);

        Assert.Equal([1, 3, 0, 0], Since(before));
    }

    [Fact]
    public async Task Requests_during_two_pending_calls_are_sent_together_beside_other_operations()
    {
        await _store.AcquireAllAsync(JointRequests.Of(_account));
        int together = faulty.Calls(Batch);
        faulty.Hold(Batch);
        Task<GroupReply[]?>[] joint = [.. Enumerable.Range(0, 5).Select(_ => _store.AcquireAllAsync(JointRequests.Of(_account)).AsTask())];
        Task<GroupReply> read = _store.ReadAsync(JointRequests.Keys(_account)[2], JointRequests.All, 1).AsTask();
        Task<GroupReply[]?> last = _store.AcquireAllAsync(JointRequests.Of(_account, cost: 100)).AsTask();
        faulty.ReleaseOne(); // if both ended at once, both would take some of the waiting operations
        Assert.True(SpinWait.SpinUntil(() => faulty.Calls(Batch) == together + 3, TimeSpan.FromSeconds(60)));
        faulty.Release();

        int[] remaining = [.. (await Task.WhenAll(joint)).Select(replies => replies![2].Readings[0].Remaining).OrderDescending()];

        Assert.Equal([28, 27, 26, 25, 24], remaining);
        Assert.Equal(GroupOutcome.Allowed, (await read).Outcome);
        Assert.All((await last)!, reply => Assert.Equal(Verdict.Never, reply.Readings[0].Verdict));
        await _store.AssertRemainAsync(_account, 4, 14, 24);
        Assert.Equal(together + 3 + 3, faulty.Calls(Batch)); // the last three are the reads of this test
    }

    [Fact]
    public async Task A_lost_reply_of_an_acquisition_with_an_id_is_asked_for_again_and_counts_once()
    {
        await _store.AcquireAllAsync(JointRequests.Of(_account));
        faulty.LoseNextAnswer(Batch);

        GroupReply[]? replies = await _store.AcquireAllAsync(JointRequests.Of(_account, cost: 2, OperationId.New()));

        replies.AssertRemaining(7, 17, 27);
        await _store.AssertRemainAsync(_account, 7, 17, 27);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_reply_of_an_acquisition_without_an_id_is_unavailable_and_not_repeated(bool warm)
    {
        if (warm)
        {
            await _store.AcquireAllAsync(JointRequests.Of(_account));
        }

        faulty.LoseNextAnswer(warm ? Batch : Cold);

        GroupReply[]? replies = await _store.AcquireAllAsync(JointRequests.Of(_account, cost: 2));

        Assert.All(Assert.IsType<GroupReply[]>(replies), reply => Assert.Equal(GroupOutcome.Unavailable, reply.Outcome));
        await _store.AssertRemainAsync(_account, warm ? [7, 17, 27] : [8, 18, 28]);
    }

    [Fact]
    public async Task A_lost_reply_of_new_groups_with_an_id_falls_back_to_reservations_with_the_same_id_which_count_once()
    {
        faulty.LoseNextAnswer(Cold);
        var id = OperationId.New();
        GroupRequest[] asked = JointRequests.Of(_account, cost: 2, id);

        Assert.Null(await _store.AcquireAllAsync(asked));

        foreach (GroupRequest request in asked)
        {
            GroupReply reply = await _store.AcquireAsync(request.Key, request.Operation.Rules!, 2, id, reserve: true);
            Assert.Equal(GroupOutcome.Allowed, reply.Outcome);
        }

        await _store.AssertRemainAsync(_account, 8, 18, 28);
    }

    [Fact]
    public async Task If_the_silo_of_known_groups_has_stopped_the_account_is_asked_anew()
    {
        await _store.AcquireAllAsync(JointRequests.Of(_account));
        faulty.FailNext(Batch, times: 1);

        GroupReply[]? replies = await _store.AcquireAllAsync(JointRequests.Of(_account));

        replies.AssertRemaining(8, 18, 28);
    }

    [Theory]
    [InlineData(Cold)]
    [InlineData(Locate)]
    public async Task If_the_silo_of_new_groups_has_stopped_the_groups_are_asked_themselves(string method)
    {
        faulty.FailNext(method, times: 1);

        Assert.Null(await _store.AcquireAllAsync(JointRequests.Of(_account)));
        await _store.KnowingSilosAsync(); // the silo is no longer in the list
        await _store.AcquireAllAsync(JointRequests.Of(_account)).AssertRemainingAsync(9, 19, 29);
    }

    [Fact]
    public async Task If_a_group_cannot_be_located_nothing_was_acquired_and_the_groups_are_asked_themselves()
    {
        faulty.LoseNextAnswer(Locate);

        Assert.Null(await _store.AcquireAllAsync(JointRequests.Of(_account)));
        await _store.AssertRemainAsync(_account, 10, 20, 30);
    }

    [Fact]
    public async Task Decayed_groups_are_activated_again_and_start_empty()
    {
        await _store.AcquireAllAsync(JointRequests.Of(_account));
        faulty.Cluster.Time.Advance(TimeSpan.FromSeconds(80));
        foreach (GroupKey key in JointRequests.Keys(_account))
        {
            await faulty.Cluster.Cluster.WaitForDeactivationAsync(
                GrainId.Create(key.Scope.ToString().ToLowerInvariant(), GroupGrainKey.Of(key)));
        }

        int[] before = Calls();
        await _store.AcquireAllAsync(JointRequests.Of(_account)).AssertRemainingAsync(9, 19, 29);
        await _store.AcquireAllAsync(JointRequests.Of(_account)).AssertRemainingAsync(8, 18, 28);

        Assert.Equal([1, 3, 2, 0], Since(before));
    }

    [Fact]
    public async Task An_acquisition_that_waited_longer_than_the_deadline_is_not_sent()
    {
        await _store.AcquireAllAsync(JointRequests.Of(_account));
        faulty.Hold(Batch);
        Task<GroupReply[]?>[] sent = [.. Enumerable.Range(0, 2).Select(_ => _store.AcquireAllAsync(JointRequests.Of(_account)).AsTask())];
        ValueTask<GroupReply[]?> waiting = _store.AcquireAllAsync(JointRequests.Of(_account));
        faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(201));
        faulty.Release();

        await Task.WhenAll(sent);
        Assert.All((await waiting)!, reply => Assert.Equal(GroupOutcome.Unavailable, reply.Outcome));
        await _store.AssertRemainAsync(_account, 7, 17, 27);
    }

    [Fact]
    public async Task Groups_that_reach_the_bound_are_not_executed_and_reserve_one_by_one()
    {
        await using var small = new FaultyCluster(silos: 1, maxGroups: 20);
        await small.InitializeAsync();
        ClusterBucketStore store = small.Cluster.FrontEnd();
        for (int i = 0; i < 19; i++)
        {
            await store.AcquireAsync(JointRequests.Keys(JointRequests.NewAccount())[2], JointRequests.All, 1);
        }

        Assert.Null(await store.AcquireAllAsync(JointRequests.Of(_account)));
        Assert.Null(await store.AcquireAllAsync(JointRequests.Of(_account)));

        Assert.Equal((19, 0), (small.Cluster.Silos.Single().Living.Count, small.Cluster.Silos.Single().Living.BoundReached));
        await store.AssertRemainAsync(_account, 10, 20, 30);
    }

    [Fact]
    public async Task Refused_requests_of_new_groups_do_not_fill_the_silo_with_grains()
    {
        await using var small = new FaultyCluster(silos: 1, maxGroups: 20);
        await small.InitializeAsync();
        ClusterBucketStore store = await small.Cluster.FrontEnd().KnowingSilosAsync();
        Account[] accounts = [.. Enumerable.Range(0, 100).Select(_ => JointRequests.NewAccount())];
        foreach (Account account in accounts)
        {
            await store.AcquireAllAsync(JointRequests.Of(account, cost: 31)).AssertRemainingAsync(10, 20, 30);
        }

        Assert.True(SpinWait.SpinUntil(() => SiloGroupRegistryOf(small).ActiveGrains <= 22 + 3, TimeSpan.FromSeconds(60)));
        await store.AcquireAllAsync(JointRequests.Of(accounts[0])).AssertRemainingAsync(9, 19, 29);
    }

    private static Grains.SiloGroupRegistry SiloGroupRegistryOf(FaultyCluster cluster) => cluster.Cluster.Silos.Single();

    private int[] Calls() => [faulty.Calls(Cold), faulty.Calls(Locate), faulty.Calls(Batch), faulty.Calls(ByGrain)];

    private int[] Since(int[] before) => [.. Calls().Zip(before, (now, then) => now - then)];
}
