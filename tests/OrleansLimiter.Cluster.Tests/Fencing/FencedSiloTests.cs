using Orleans;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>What front-ends receive from a silo that must not decide.</summary>
public sealed class FencedSiloTests : IAsyncLifetime
{
    private static readonly GroupRules s_rules =
        new([new("limit", new(Algorithm.FixedWindow, 1000, TimeSpan.FromSeconds(60)))], new(1, 0));

    private readonly FaultyCluster _faulty = new(silos: 1);
    private readonly GroupKey[] _known;
    private readonly GroupKey[] _unknown;

    public FencedSiloTests() => (_known, _unknown) = (KeysOf("known"), KeysOf("unknown"));

    private ClusterBucketStore Outside => _faulty.Cluster.Groups;

    private LivingGroups Living => _faulty.Cluster.Silos.Single().Living;

    public ValueTask InitializeAsync() => _faulty.InitializeAsync();

    public ValueTask DisposeAsync() => _faulty.DisposeAsync();

    [Fact]
    public async Task Each_operation_of_a_front_end_is_unavailable_after_one_call_and_the_circuit_breaker_stays_closed()
    {
        await UseAsync(Outside);
        Close();
        int calls = Calls;

        Assert.Equal(GroupReply.Unavailable(), await AcquireAsync(Outside, _known[0]));
        Assert.Equal(GroupReply.Unavailable(), await AcquireAsync(Outside, _unknown[0]));
        Assert.All((await Outside.AcquireAllAsync(Of(_known)))!, reply => Assert.Equal(GroupReply.Unavailable(), reply));
        Assert.All((await Outside.AcquireAllAsync(Of(_unknown)))!, reply => Assert.Equal(GroupReply.Unavailable(), reply));

        Assert.Equal((4, false, 0), (Calls - calls, Outside.IsSilent, Outside.CallsRefused));
        Assert.Equal((2, 4), (Living.Count, Living.Fenced));
    }

    [Fact]
    public async Task A_front_end_in_the_process_learns_it_without_a_call()
    {
        ClusterBucketStore inside = _faulty.Cluster.FrontEndInside(silo: 0);
        await UseAsync(inside);
        Assert.True(inside.TryAcquire(_known[0], s_rules, 1, out _, out _));
        Close();
        int calls = Calls;

        Assert.False(inside.TryAcquire(_known[0], s_rules, 1, out _, out _));
        Assert.False(inside.TryAcquireAll(_known, [s_rules, s_rules], 1, new Reading[2], out _));
        ValueTask<GroupReply> one = AcquireAsync(inside, _known[0]);
        Assert.True(one.IsCompletedSuccessfully);
        Assert.Equal(GroupReply.Unavailable(), await one);
        var replies = new GroupReply[2];
        Assert.True(inside.TryAcquireAll(Of(_known), replies));
        Assert.All(replies, reply => Assert.Equal(GroupReply.Unavailable(), reply));

        Assert.Equal(0, Calls - calls);
        Assert.All((await inside.AcquireAllAsync(Of(_unknown)))!, reply => Assert.Equal(GroupReply.Unavailable(), reply));
    }

    [Fact]
    public async Task The_first_operation_after_the_fence_was_opened_is_decided_by_the_counts_of_before()
    {
        await UseAsync(Outside);
        Close();
        await AcquireAsync(Outside, _known[0]);
        Open();

        Assert.Equal(998, (await AcquireAsync(Outside, _known[0])).Readings[0].Remaining);
        Assert.Equal([997, 998], (await Outside.AcquireAllAsync(Of(_known)))!.Select(reply => reply.Readings[0].Remaining));
    }

    [Fact]
    public async Task Front_ends_of_version_1_and_requests_for_leases_are_refused_too()
    {
        IAccountGrain grain = _faulty.Cluster.Cluster.Client.GetGrain<IAccountGrain>(GroupGrainKey.Of(_known[1]));
        GroupReplyData first = await grain.TakeAsync(new(s_rules, 1, 0, hold: false));
        Close();

        Assert.Equal((byte)GroupOutcome.Unavailable, (await grain.TakeAsync(new(s_rules, 1, 0, hold: false))).Outcome);
        Assert.Equal((byte)GroupOutcome.Unavailable, (await grain.ReadAsync(new(s_rules, 1))).Outcome);
        ISiloGrain silo = _faulty.Cluster.Cluster.Client.GetGrain<ISiloGrain>(first.Address!.Silo);
        var rules = new GroupRules(s_rules.Rules, s_rules.Generation) { MayLease = true };
        Assert.Equal(0, (await silo.LeaseAsync(new(first.Address.Number, rules, 10, TimeSpan.TicksPerSecond, 1, 0, 0))).Permits);
    }

    [Fact]
    public async Task Decisions_wait_for_a_fence_that_has_just_closed()
    {
        await UseAsync(Outside);
        CloseNow();
        int timers = _faulty.Cluster.Time.Timers;

        Task<GroupReply> known = AcquireAsync(Outside, _known[0]).AsTask();
        Task<GroupReply> unknown = AcquireAsync(Outside, _unknown[0]).AsTask();
        Task<GroupReply[]?> together = Outside.AcquireAllAsync(Of(_known)).AsTask();
        Task<GroupReply[]?> unknownTogether = Outside.AcquireAllAsync(Of(KeysOf("unknown too"))).AsTask();
        Task[] all = [known, unknown, together, unknownTogether];
        Assert.True(SpinWait.SpinUntil(() => _faulty.Cluster.Time.Timers == timers + all.Length, TimeSpan.FromSeconds(60)));
        Assert.DoesNotContain(all, each => each.IsCompleted);
        Open();

        GroupReply[] replies = [await known, .. (await together)!]; // two of them are of one group
        Assert.Equal([997, 998, 998], replies.Select(RemainingOf).Order());
        Assert.Equal(999, RemainingOf(await unknown));
        Assert.Equal([999, 999], (await unknownTogether)!.Select(RemainingOf));
        Assert.Equal(0, Living.Fenced);
    }

    [Fact]
    public async Task A_joint_acquisition_waits_for_a_fence_that_closes_while_the_groups_are_activated()
    {
        await UseAsync(Outside);
        _faulty.Hold(nameof(IGroupGrain.LocateAsync));
        ValueTask<GroupReply[]?> together = Outside.AcquireAllAsync(Of(_unknown));
        Assert.True(SpinWait.SpinUntil(() => _faulty.Calls(nameof(IGroupGrain.LocateAsync)) == _unknown.Length, TimeSpan.FromSeconds(60)));
        CloseNow();
        int timers = _faulty.Cluster.Time.Timers;

        _faulty.Release();
        Assert.True(SpinWait.SpinUntil(() => _faulty.Cluster.Time.Timers == timers + 1, TimeSpan.FromSeconds(60)));
        Open();

        Assert.Equal([999, 999], (await together)!.Select(RemainingOf));
        Assert.Equal(0, Living.Fenced);
    }

    [Fact]
    public async Task Decisions_of_a_front_end_in_the_process_wait_too()
    {
        ClusterBucketStore inside = _faulty.Cluster.FrontEndInside(silo: 0);
        await UseAsync(inside);
        CloseNow();
        int calls = Calls;

        Assert.False(inside.TryAcquireAll(Of(_known), new GroupReply[2]));
        ValueTask<GroupReply> one = AcquireAsync(inside, _known[0]);
        ValueTask<GroupReply[]?> together = inside.AcquireAllAsync(Of(_known));
        Assert.Equal((false, false), (one.IsCompleted, together.IsCompleted));
        Open();

        Assert.Equal(GroupOutcome.Allowed, (await one).Outcome);
        Assert.All((await together)!, reply => Assert.Equal(GroupOutcome.Allowed, reply.Outcome));
        Assert.Equal((0, 0), (Calls - calls, Living.Fenced));
    }

    [Fact]
    public async Task An_empty_batch_by_which_older_silos_are_heard_does_not_wait()
    {
        IAccountGrain grain = _faulty.Cluster.Cluster.Client.GetGrain<IAccountGrain>(GroupGrainKey.Of(_known[1]));
        string name = (await grain.TakeAsync(new(s_rules, 1, 0, hold: false))).Address!.Silo;
        CloseNow();

        OperationsReply reply = await _faulty.Cluster.Cluster.Client.GetGrain<ISiloGrain>(name).ExecuteBatchAsync(new([], []));

        Assert.Empty(reply.Replies);
    }

    [Fact]
    public async Task Decisions_that_wait_are_unavailable_if_the_fence_stays_closed()
    {
        ClusterBucketStore inside = _faulty.Cluster.FrontEndInside(silo: 0);
        await UseAsync(inside);
        CloseNow();
        ValueTask<GroupReply> one = AcquireAsync(inside, _known[0]);
        Assert.False(one.IsCompleted);

        _faulty.Cluster.Time.Advance(LivingGroups.MaxWait);

        Assert.Equal(GroupReply.Unavailable(), await one);
        Assert.Equal(1, Living.Fenced);
    }

    private int Calls => _faulty.Calls(nameof(ISiloGrain.ExecuteBatchAsync)) + _faulty.Calls(nameof(ISiloGrain.AcquireAsync))
        + _faulty.Calls(nameof(IGroupGrain.ExecuteAsync)) + _faulty.Calls(nameof(IGroupGrain.LocateAsync));

    private static int RemainingOf(GroupReply reply) => reply.Readings[0].Remaining;

    private static GroupKey[] KeysOf(string name)
    {
        var account = new Account(AccountKind.Id, name);
        return [GroupKey.ForEndpoint("p", account, "e", "live"), GroupKey.ForAccount("p", account)];
    }

    private static GroupRequest[] Of(GroupKey[] keys) =>
        [.. keys.Select(key => new GroupRequest(key, BucketOperation.Acquire(s_rules, 1)))];

    private static ValueTask<GroupReply> AcquireAsync(ClusterBucketStore groups, GroupKey key) =>
        groups.AcquireAsync(key, s_rules, 1, OperationId.None, reserve: false);

    // So long ago that nothing waits.
    private void Close() => Living.DecidesUntil = Living.Clock.Now - LivingGroups.MaxWait;

    private void CloseNow() => Living.DecidesUntil = Living.Clock.Now;

    private void Open() => Living.DecidesUntil = FenceState.Forever;

    private async Task UseAsync(ClusterBucketStore groups)
    {
        foreach (GroupKey key in _known)
        {
            Assert.Equal(999, (await AcquireAsync(groups, key)).Readings[0].Remaining);
        }
    }
}
