using Orleans;
using Orleans.Runtime;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A grain stays active until its group has decayed, and not much longer.</summary>
public sealed class AgeOutTests : IAsyncLifetime
{
    private static readonly Account s_account = new(AccountKind.Id, "m_42");
    private static readonly GroupKey s_key = GroupKey.ForEndpoint("p", s_account, "e", "live");

    private readonly LimiterCluster _cluster = new(filter: null, maxGroups: 100, silos: 1);

    private SiloGroupRegistry Silo => _cluster.Silos.Single();

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_group_with_a_window_of_a_second_is_removed_by_the_next_sweep()
    {
        await AcquireAsync(s_key, Rules(seconds: 1));
        Assert.Equal(1, Silo.Living.Count);

        _cluster.Time.Advance(TimeSpan.FromSeconds(10));
        await GoneAsync(s_key);

        Assert.Equal((0, 1), (Silo.Living.Count, Silo.Living.Swept));
    }

    [Fact]
    public async Task Groups_that_decay_at_once_are_removed_at_a_bounded_rate()
    {
        int step = SiloGroupRegistry.StepOf(nearBound: false);
        Assert.Equal(200 * Environment.ProcessorCount, step);
        Assert.Equal(3 * step, SiloGroupRegistry.StepOf(nearBound: true));

        int groups = (2 * step) + 1;
        await using var cluster = new LimiterCluster(filter: null, silos: 1);
        await cluster.InitializeAsync();
        SiloGroupRegistry silo = cluster.Silos.Single();
        await Task.WhenAll(Enumerable.Range(0, groups).Select(i => cluster.Groups.AcquireAsync(
            GroupKey.ForAccount("p", new(AccountKind.Id, $"m_{i}")), Rules(seconds: 1), 1, OperationId.None, reserve: false).AsTask()));
        Assert.Equal(groups, silo.Living.Count);

        cluster.Time.Advance(TimeSpan.FromSeconds(10));
        Living(groups - step);
        cluster.Time.Advance(PacedQueue<GroupGrain>.Period);
        Living(1);
        cluster.Time.Advance(PacedQueue<GroupGrain>.Period);
        Living(0);

        void Living(int count) => Assert.True(
            SpinWait.SpinUntil(() => silo.Living.Count == count, TimeSpan.FromSeconds(60)), $"{silo.Living.Count} groups live, not {count}");
    }

    [Fact]
    public async Task A_group_with_a_window_of_an_hour_lives_an_hour_without_calls()
    {
        await AcquireAsync(s_key, Rules(seconds: 3600));
        await AcquireAsync(GroupKey.ForAccount("p", s_account), Rules(seconds: 3500));

        _cluster.Time.Advance(TimeSpan.FromSeconds(3590));
        await GoneAsync(GroupKey.ForAccount("p", s_account));

        Assert.Equal(1, Silo.Living.Count);
        Assert.Equal(9, (await _cluster.Groups.ReadAsync(s_key, Rules(seconds: 3600), 1)).Readings[0].Remaining);

        _cluster.Time.Advance(TimeSpan.FromSeconds(10));
        await GoneAsync(s_key);
        Assert.Equal(0, Silo.Living.Count);
    }

    [Fact]
    public async Task A_group_whose_reservation_was_canceled_is_removed_once_the_acquisition_is_not_remembered()
    {
        var id = OperationId.New();
        await _cluster.Groups.AcquireAsync(s_key, Rules(seconds: 60), 1, id, reserve: true);
        await _cluster.Groups.CancelAsync(s_key, Rules(seconds: 60), 1, id);

        _cluster.Time.Advance(TimeSpan.FromSeconds(70));
        await GoneAsync(s_key);

        Assert.Equal(0, Silo.Living.Count);
    }

    [Fact]
    public async Task A_group_that_was_reset_goes_with_the_next_sweep_and_not_after_its_window()
    {
        await AcquireAsync(s_key, Rules(seconds: 3600));
        Assert.Equal(1, await _cluster.Groups.ResetAsync(s_account));

        _cluster.Time.Advance(TimeSpan.FromSeconds(10));
        await GoneAsync(s_key);

        Assert.Equal(0, Silo.Living.Count);
    }

    [Fact]
    public async Task Who_only_reads_brings_nothing_to_life_and_the_grain_goes_with_the_next_sweep()
    {
        await _cluster.Groups.ReadAsync(s_key, Rules(seconds: 3600), 1);
        Assert.Equal(0, Silo.Living.Count);

        _cluster.Time.Advance(TimeSpan.FromSeconds(10));
        await GoneAsync(s_key);

        Assert.Equal(0, Silo.Living.Swept);
    }

    [Fact]
    public async Task A_group_that_only_a_front_end_of_version_1_uses_is_removed_by_the_next_sweep()
    {
        var key = GroupKey.ForAccount("p", s_account);
        IAccountGrain grain = _cluster.Cluster.Client.GetGrain<IAccountGrain>(GroupGrainKey.Of(key));
        await grain.TakeAsync(new(Rules(seconds: 1), 1, 0, hold: false));
        Assert.Equal((1, 1), (Silo.Living.Count, Silo.ActiveGrains));

        _cluster.Time.Advance(TimeSpan.FromSeconds(10));
        await GoneAsync(key);

        Assert.Equal((0, 1), (Silo.Living.Count, Silo.Living.Swept));
    }

    private static GroupRules Rules(int seconds) =>
        new([new("limit", new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(seconds)))], new(1, 0));

    private async Task AcquireAsync(GroupKey key, GroupRules rules) =>
        Assert.Equal(GroupOutcome.Allowed, (await _cluster.Groups.AcquireAsync(key, rules, 1, OperationId.None, reserve: false)).Outcome);

    private Task GoneAsync(GroupKey key) => _cluster.Cluster.WaitForDeactivationAsync(
        GrainId.Create(key.Scope == Scope.Account ? "account" : "endpoint", GroupGrainKey.Of(key)));
}
