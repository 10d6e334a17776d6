using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The bound on living groups of a silo.</summary>
public sealed class BoundTests : IAsyncLifetime
{
    private const int MaxGroups = 50;

    private static readonly GroupRules s_rules =
        new([new("limit", new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(60)))], new(1, 0));

    private readonly LimiterCluster _cluster = new(filter: null, MaxGroups, silos: 1);

    private SiloGroupRegistry Silo => _cluster.Silos.Single();

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Keys_above_the_bound_are_refused_and_existing_keys_continue()
    {
        for (int i = 0; i < MaxGroups; i++)
        {
            Assert.Equal(GroupOutcome.Allowed, (await AcquireAsync(i)).Outcome);
        }

        GroupReply[] attack = await Task.WhenAll(Enumerable.Range(MaxGroups, 500).Select(i => AcquireAsync(i).AsTask()));

        Assert.All(attack, reply => Assert.Equal((GroupOutcome.Unavailable, GroupNotes.TooManyGroups), (reply.Outcome, reply.Notes)));
        Assert.Equal((MaxGroups, 500), (Silo.Living.Count, Silo.Living.BoundReached));
        for (int i = 0; i < MaxGroups; i++)
        {
            Assert.Equal(8, (await AcquireAsync(i)).Readings[0].Remaining);
        }
    }

    [Fact]
    public async Task New_groups_are_allowed_again_as_groups_decay()
    {
        for (int i = 0; i < MaxGroups; i++)
        {
            await AcquireAsync(i);
        }

        await AcquireAsync(MaxGroups);
        _cluster.Time.Advance(TimeSpan.FromSeconds(60));
        await Task.WhenAll(Enumerable.Range(0, MaxGroups).Select(
            i => _cluster.Cluster.WaitForDeactivationAsync(Orleans.Runtime.GrainId.Create("endpoint", GroupGrainKey.Of(Key(i))))));

        Assert.Equal(0, Silo.Living.Count);
        Assert.Equal(GroupOutcome.Allowed, (await AcquireAsync(MaxGroups)).Outcome);
    }

    [Fact]
    public async Task Acquisitions_that_can_never_succeed_create_no_group()
    {
        GroupReply reply = await _cluster.Groups.AcquireAsync(Key(0), s_rules, 11, OperationId.None, reserve: false);

        Assert.Equal((GroupOutcome.Refused, Verdict.Never), (reply.Outcome, reply.Readings[0].Verdict));
        Assert.Equal(0, Silo.Living.Count);
    }

    [Fact]
    public async Task A_thousand_concurrent_first_acquisitions_stay_within_the_bound()
    {
        GroupReply[] replies = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => AcquireAsync(i).AsTask()));

        Assert.Equal(MaxGroups, replies.Count(reply => reply.Outcome == GroupOutcome.Allowed));
        Assert.Equal(MaxGroups, Silo.Living.Count);
    }

    [Fact]
    public async Task Keys_that_are_only_read_do_not_fill_the_silo_with_grains()
    {
        for (int i = 0; i < 20 * MaxGroups; i++)
        {
            GroupReply reply = await _cluster.Groups.ReadAsync(Key(i), s_rules, 1);
            Assert.Equal((GroupOutcome.Allowed, 10), (reply.Outcome, reply.Readings[0].Remaining));
        }

        await Task.WhenAll(Enumerable.Range(2 * MaxGroups, 18 * MaxGroups).Select(
            i => _cluster.Cluster.WaitForDeactivationAsync(Orleans.Runtime.GrainId.Create("endpoint", GroupGrainKey.Of(Key(i))))));
        Assert.InRange(Silo.ActiveGrains, 1, MaxGroups + MaxGroups / 10 + 1);
    }

    private static GroupKey Key(int i) => GroupKey.ForEndpoint("p", new(AccountKind.Id, $"m_{i}"), "e", "live");

    private ValueTask<GroupReply> AcquireAsync(int i) => _cluster.Groups.AcquireAsync(Key(i), s_rules, 1, OperationId.None, reserve: false);
}
