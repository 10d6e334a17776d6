using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// What the engine makes of calls to grains that fail, of silos that do not understand it, and of silos that are gone. A front-end
/// calls a grain while it does not know where its group is.
/// </summary>
public sealed class FaultTests(FaultyCluster faulty) : IClassFixture<FaultyCluster>
{
    private static readonly GroupRules s_rules =
        new([new("limit", new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(60)))], new(1, 0));

    private static int s_accounts;

    private readonly GroupKey _key = GroupKey.ForAccount("p", new(AccountKind.Id, $"fault {Interlocked.Increment(ref s_accounts)}"));

    private ClusterGroups Groups => faulty.Cluster.Groups;

    [Fact]
    public async Task A_call_that_fails_is_unavailable_and_not_an_exception()
    {
        faulty.FailNext("TakeAsync", times: 1);

        GroupReply reply = await Groups.TakeAsync(_key, s_rules, 1, TakeId.None, hold: false);

        Assert.Equal((GroupOutcome.Unavailable, GroupNotes.None, 0), (reply.Outcome, reply.Notes, reply.Readings.Count));
    }

    [Fact]
    public async Task A_take_with_an_id_is_repeated_once_and_counts_once_though_its_answer_was_lost()
    {
        faulty.LoseNextAnswer("TakeAsync");

        GroupReply reply = await Groups.TakeAsync(_key, s_rules, 4, TakeId.New(), hold: false);

        Assert.Equal((GroupOutcome.Allowed, 6), (reply.Outcome, reply.Readings[0].Remaining));
        Assert.Equal(6, (await Groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task A_take_without_an_id_is_not_repeated_because_it_would_count_twice()
    {
        faulty.LoseNextAnswer("TakeAsync");

        Assert.Equal(GroupOutcome.Unavailable, (await Groups.TakeAsync(_key, s_rules, 4, TakeId.None, hold: false)).Outcome);
        Assert.Equal(6, (await Groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task Returns_and_confirmations_are_repeated_once()
    {
        TakeId returned = await HoldAsync(4);
        faulty.LoseNextAnswer("ReturnAsync");
        Assert.Equal(10, (await faulty.Cluster.FrontEnd().ReturnAsync(_key, s_rules, 1, returned)).Readings[0].Remaining);

        TakeId confirmed = await HoldAsync(10);
        faulty.FailNext("ConfirmAsync", times: 1);
        await faulty.Cluster.FrontEnd().ConfirmAsync(_key, confirmed);
        Assert.False((await Groups.TakeAsync(_key, s_rules, 1, TakeId.None, hold: false)).Contended);
    }

    [Fact]
    public async Task What_fails_twice_is_given_up()
    {
        TakeId id = await HoldAsync(4);
        faulty.FailNext("ReturnAsync", times: 2);

        Assert.Equal(GroupOutcome.Unavailable, (await faulty.Cluster.FrontEnd().ReturnAsync(_key, s_rules, 1, id)).Outcome);
        Assert.Equal(10, (await Groups.ReturnAsync(_key, s_rules, 1, id)).Readings[0].Remaining);
    }

    [Fact]
    public async Task A_silo_that_does_not_understand_a_take_says_so_and_takes_nothing()
    {
        IAccountGrain grain = faulty.Cluster.Cluster.Client.GetGrain<IAccountGrain>(GroupGrainKey.Of(_key));

        Assert.Equal(GroupAnswer.Unsupported, (await grain.TakeAsync(new(null, 1, 0, hold: false))).Outcome);
        Assert.Equal(GroupAnswer.Unsupported, (await grain.TakeAsync(new(s_rules, 0, 0, hold: false))).Outcome);
        Assert.Equal(GroupAnswer.Unsupported, (await grain.TakeAsync(new(s_rules, 1, 0, hold: true))).Outcome);
        Assert.Equal(GroupAnswer.Unsupported, (await grain.ReadAsync(new(null, 1))).Outcome);
        Assert.Equal(10, (await Groups.ReadAsync(_key, s_rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task Usage_and_reset_tell_when_a_silo_could_not_be_asked()
    {
        faulty.FailNext("UsageAsync", times: 1);
        GroupsUnavailableException usage =
            await Assert.ThrowsAsync<GroupsUnavailableException>(async () => await Groups.UsageAsync(_key.Account));
        Assert.Equal("2 of 3 silos answered", usage.Message);

        faulty.FailNext("ResetAsync", times: 1);
        GroupsUnavailableException reset =
            await Assert.ThrowsAsync<GroupsUnavailableException>(async () => await Groups.ResetAsync(_key.Account));
        Assert.Equal("2 of 3 silos answered", reset.Message);
    }

    [Fact]
    public async Task With_no_cluster_everything_is_unavailable_at_once()
    {
        var groups = new ClusterGroups(DispatchProxy.Create<IGrainFactory, NoCluster>(), faulty.Cluster.Clock, NullLogger<ClusterGroups>.Instance);

        Assert.Equal(GroupOutcome.Unavailable, (await groups.TakeAsync(_key, s_rules, 1, TakeId.New(), hold: true)).Outcome);
        await groups.ConfirmAsync(_key, TakeId.New());
        Assert.Equal(
            "no silo could be asked",
            (await Assert.ThrowsAsync<GroupsUnavailableException>(async () => await groups.ResetAsync(_key.Account))).Message);
    }

    private async Task<TakeId> HoldAsync(int cost)
    {
        var id = TakeId.New();
        Assert.Equal(GroupOutcome.Allowed, (await Groups.TakeAsync(_key, s_rules, cost, id, hold: true)).Outcome);
        return id;
    }

    /// <summary>A client that has lost every gateway.</summary>
    public class NoCluster : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            throw new SiloUnavailableException("a fault of the test");
    }
}
