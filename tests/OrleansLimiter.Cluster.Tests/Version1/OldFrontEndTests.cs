using Orleans;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Messages of a front-end of version 1 are executed like those of this version. To be removed in version 3.</summary>
public sealed class OldFrontEndTests(FaultyCluster faulty) : IClassFixture<FaultyCluster>
{
    private static readonly GroupRules s_rules =
        new([new("limit", new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(60)))], new(1, 0));

    private static int s_accounts;

    private readonly IAccountGrain _grain = faulty.Cluster.Cluster.Client.GetGrain<IAccountGrain>(
        GroupGrainKey.Of(GroupKey.ForAccount("p", new(AccountKind.Id, $"old {Interlocked.Increment(ref s_accounts)}"))));

    [Fact]
    public async Task An_acquisition_counts_and_returns_the_location_of_the_group()
    {
        GroupReplyData answer = await _grain.TakeAsync(new(s_rules, 3, 0, hold: false));

        Assert.Equal((0, 7), (answer.Outcome, answer.First.Remaining));
        Assert.NotNull(answer.Address);
        Assert.Equal(7, await RemainingAsync());
    }

    [Fact]
    public async Task A_reservation_is_committed_and_another_is_canceled()
    {
        await _grain.TakeAsync(new(s_rules, 4, 1, hold: true));
        await _grain.TakeAsync(new(s_rules, 6, 2, hold: true));
        Assert.Equal((byte)GroupNotes.Contended, (await _grain.ExecuteAsync(new(0, s_rules, 1, 0))).Notes);

        Assert.Equal(0, (await _grain.ConfirmAsync(new(1))).Outcome);
        Assert.Equal(6, (await _grain.ReturnAsync(new(s_rules, 1, 2))).First.Remaining);

        GroupReplyData answer = await _grain.ExecuteAsync(new(0, s_rules, 7, 0));
        Assert.Equal(((byte)GroupOutcome.Refused, (byte)GroupNotes.None), (answer.Outcome, answer.Notes));
        Assert.Equal(6, await RemainingAsync());
    }

    [Fact]
    public async Task Both_versions_use_the_same_id_for_an_acquisition()
    {
        await _grain.TakeAsync(new(s_rules, 4, 1, hold: false));

        Assert.Equal(6, (await _grain.ExecuteAsync(new(0, s_rules, 4, 1))).First.Remaining);
        Assert.Equal(10, (await _grain.ReturnAsync(new(s_rules, 1, 1))).First.Remaining);
    }

    [Fact]
    public async Task An_operation_that_a_group_cannot_read_has_an_error_reply_and_changes_nothing()
    {
        Assert.Equal(GroupReplyData.Unsupported, (await _grain.TakeAsync(new(null, 1, 0, hold: false))).Outcome);
        Assert.Equal(GroupReplyData.Unsupported, (await _grain.TakeAsync(new(s_rules, 0, 0, hold: false))).Outcome);
        Assert.Equal(GroupReplyData.Unsupported, (await _grain.TakeAsync(new(s_rules, 1, 0, hold: true))).Outcome);
        Assert.Equal(GroupReplyData.Unsupported, (await _grain.ReadAsync(new(null, 1))).Outcome);
        Assert.Equal(GroupReplyData.Unsupported, (await _grain.ReturnAsync(new(null, 1, 1))).Outcome);
        Assert.Equal(10, await RemainingAsync());
    }

    [Fact]
    public async Task Operations_of_an_old_front_end_and_joint_acquisitions_count_in_the_same_groups()
    {
        Account account = JointRequests.NewAccount();
        GroupRequest[] asked = JointRequests.Of(account, cost: 2);
        faulty.Cluster.Listed(silos: 3);
        ClusterBucketStore store = await faulty.Cluster.FrontEnd().KnowingSilosAsync();
        await store.AcquireAllAsync(asked).AssertRemainingAsync(8, 18, 28);
        IAccountGrain grain = faulty.Cluster.Cluster.Client.GetGrain<IAccountGrain>(GroupGrainKey.Of(asked[2].Key));

        GroupReplyData held = await grain.TakeAsync(new(JointRequests.All, 24, 5, hold: true));
        Assert.Equal(((byte)GroupOutcome.Allowed, 4), (held.Outcome, held.First.Remaining));
        GroupReply[]? contended = await store.AcquireAllAsync(JointRequests.Of(account, cost: 5));
        await grain.ReturnAsync(new(JointRequests.All, 1, 5));
        OperationsReply batch = await faulty.Cluster.Cluster.Client.GetGrain<ISiloGrain>(held.Address!.Silo).ExecuteBatchAsync(
            new([JointRequests.All], [new(held.Address.Number, Kind: 0, Rules: 0, Cost: 3, OperationId: 0)]));

        Assert.Equal(25, batch.Replies.Single().First.Remaining);
        Assert.Equal([false, false, true], contended!.Select(reply => reply.Contended));
        await store.AcquireAllAsync(asked).AssertRemainingAsync(6, 16, 23);
    }

    private async Task<int> RemainingAsync() => (await _grain.ReadAsync(new(s_rules, 1))).First.Remaining;
}
