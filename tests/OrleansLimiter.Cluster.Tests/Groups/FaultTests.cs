using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// Calls to grains that fail, silos that cannot read a message, and silos that have stopped. A front-end
/// calls a grain while it does not know the location of the group.
/// </summary>
public sealed class FaultTests(FaultyCluster faulty) : IClassFixture<FaultyCluster>
{
    private static readonly GroupRules s_rules =
        new([new("limit", new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(60)))], new(1, 0));

    private static int s_accounts;

    private readonly GroupKey _key = GroupKey.ForAccount("p", new(AccountKind.Id, $"fault {Interlocked.Increment(ref s_accounts)}"));

    private ClusterBucketStore Groups => faulty.Cluster.Groups;

    [Fact]
    public async Task A_failed_call_is_reported_as_unavailable_without_an_exception()
    {
        faulty.FailNext(nameof(IGroupGrain.ExecuteAsync), times: 9);

        GroupReply reply = await Groups.AcquireAsync(_key, s_rules, 1, OperationId.None, reserve: false);

        Assert.Equal((GroupOutcome.Unavailable, GroupNotes.None, 0), (reply.Outcome, reply.Notes, reply.Readings.Count));
    }

    [Fact]
    public async Task An_acquisition_without_an_id_that_was_rejected_is_repeated_because_it_was_not_executed()
    {
        faulty.FailNext(nameof(IGroupGrain.ExecuteAsync), times: 8);

        GroupReply reply = await Groups.AcquireAsync(_key, s_rules, 4, OperationId.None, reserve: false);

        Assert.Equal((GroupOutcome.Allowed, 6), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(6, (await Groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task An_acquisition_with_an_id_whose_reply_is_lost_is_repeated_and_counts_once()
    {
        faulty.LoseNextAnswer(nameof(IGroupGrain.ExecuteAsync));

        GroupReply reply = await Groups.AcquireAsync(_key, s_rules, 4, OperationId.New(), reserve: false);

        Assert.Equal((GroupOutcome.Allowed, 6), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(6, (await Groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task An_acquisition_without_an_id_is_not_repeated()
    {
        faulty.LoseNextAnswer(nameof(IGroupGrain.ExecuteAsync));

        Assert.Equal(GroupOutcome.Unavailable, (await Groups.AcquireAsync(_key, s_rules, 4, OperationId.None, reserve: false)).Outcome);
        Assert.Equal(6, (await Groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task Cancellations_and_commits_are_repeated_once()
    {
        OperationId returned = await ReserveAsync(4);
        faulty.LoseNextAnswer(nameof(IGroupGrain.ExecuteAsync));
        Assert.Equal(10, (await faulty.Cluster.FrontEnd().CancelAsync(_key, s_rules, 1, returned)).Readings[0].Remaining);

        OperationId confirmed = await ReserveAsync(10);
        faulty.FailNext(nameof(IGroupGrain.ExecuteAsync), times: 1);
        await faulty.Cluster.FrontEnd().CommitAsync(_key, confirmed);
        Assert.False((await Groups.AcquireAsync(_key, s_rules, 1, OperationId.None, reserve: false)).Contended);
    }

    [Fact]
    public async Task An_operation_that_is_rejected_nine_times_is_abandoned()
    {
        OperationId id = await ReserveAsync(4);
        faulty.FailNext(nameof(IGroupGrain.ExecuteAsync), times: 9);

        Assert.Equal(GroupOutcome.Unavailable, (await faulty.Cluster.FrontEnd().CancelAsync(_key, s_rules, 1, id)).Outcome);
        Assert.Equal(10, (await Groups.CancelAsync(_key, s_rules, 1, id)).Readings[0].Remaining);
    }

    [Fact]
    public async Task An_operation_that_is_rejected_is_repeated_until_a_longer_deadline_ends()
    {
        var groups = new ClusterBucketStore(
            faulty.Cluster.Cluster.Client, faulty.Cluster.Clock, NullLogger<ClusterBucketStore>.Instance,
            new() { Deadline = TimeSpan.FromMilliseconds(280) });
        faulty.FailNext(nameof(IGroupGrain.ExecuteAsync), times: 10);

        Assert.Equal(GroupOutcome.Allowed, (await groups.AcquireAsync(_key, s_rules, 4, OperationId.None, reserve: false)).Outcome);
    }

    [Fact]
    public void Only_calls_whose_reply_is_a_decision_after_an_activation_have_the_longest_deadline_as_their_timeout()
    {
        MethodInfo[] calls = [.. typeof(IGroupGrain).GetMethods(), .. typeof(ISiloGrain).GetMethods()];
        string[] ofDecisions = [.. calls.Where(call => TimeoutOf(call) == LimiterOptions.MaxDeadline).Select(call => call.Name).Order()];

        Assert.Equal(
            [
                nameof(ISiloGrain.AcquireAsync), nameof(IGroupGrain.ConfirmAsync), nameof(IGroupGrain.ExecuteAsync),
                nameof(IGroupGrain.ReadAsync), nameof(IGroupGrain.ReturnAsync), nameof(IGroupGrain.TakeAsync),
            ],
            ofDecisions);
        Assert.Equal(TimeSpan.FromSeconds(2), TimeoutOf(typeof(ISiloGrain).GetMethod(nameof(ISiloGrain.ExecuteBatchAsync))!));
    }

    [Fact]
    public async Task A_silo_that_cannot_read_an_acquisition_reports_that_and_acquires_nothing()
    {
        IAccountGrain grain = faulty.Cluster.Cluster.Client.GetGrain<IAccountGrain>(GroupGrainKey.Of(_key));

        Assert.Equal(GroupReplyData.Unsupported, (await grain.ExecuteAsync(new(0, null, 1, 0))).Outcome);
        Assert.Equal(GroupReplyData.Unsupported, (await grain.ExecuteAsync(new(0, s_rules, 0, 0))).Outcome);
        Assert.Equal(GroupReplyData.Unsupported, (await grain.ExecuteAsync(new(1, s_rules, 1, 0))).Outcome);
        Assert.Equal(GroupReplyData.Unsupported, (await grain.ExecuteAsync(new(4, null, 1, 0))).Outcome);
        Assert.Equal(GroupReplyData.Unsupported, (await grain.ExecuteAsync(new(5, s_rules, 1, 7))).Outcome);
        Assert.Equal(10, (await Groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task Usage_and_reset_fail_if_a_silo_is_unavailable()
    {
        faulty.FailNext("UsageAsync", times: 1);
        BucketStoreUnavailableException usage =
            await Assert.ThrowsAsync<BucketStoreUnavailableException>(async () => await Groups.UsageAsync(_key.Account));
        Assert.Equal("2 of 3 silos replied", usage.Message);

        faulty.FailNext("ResetAsync", times: 1);
        BucketStoreUnavailableException reset =
            await Assert.ThrowsAsync<BucketStoreUnavailableException>(async () => await Groups.ResetAsync(_key.Account));
        Assert.Equal("2 of 3 silos replied", reset.Message);
    }

    [Fact]
    public async Task Without_a_cluster_every_call_is_unavailable_immediately()
    {
        var groups = new ClusterBucketStore(DispatchProxy.Create<IGrainFactory, NoCluster>(), faulty.Cluster.Clock, NullLogger<ClusterBucketStore>.Instance);

        Assert.Equal(GroupOutcome.Unavailable, (await groups.AcquireAsync(_key, s_rules, 1, OperationId.New(), reserve: true)).Outcome);
        await groups.CommitAsync(_key, OperationId.New());
        Assert.Equal(
            "no silo could be called",
            (await Assert.ThrowsAsync<BucketStoreUnavailableException>(async () => await groups.ResetAsync(_key.Account))).Message);
    }

    private static TimeSpan? TimeoutOf(MethodInfo call) => call.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;

    private async Task<OperationId> ReserveAsync(int cost)
    {
        var id = OperationId.New();
        Assert.Equal(GroupOutcome.Allowed, (await Groups.AcquireAsync(_key, s_rules, cost, id, reserve: true)).Outcome);
        return id;
    }

    /// <summary>A client without a gateway.</summary>
    public class NoCluster : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            throw new SiloUnavailableException("a fault of the test");
    }
}
