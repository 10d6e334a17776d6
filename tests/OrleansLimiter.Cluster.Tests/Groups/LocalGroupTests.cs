using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A front-end in a silo's process takes from the groups of that silo without a message, and never from one that has ended.</summary>
public sealed class LocalGroupTests : IAsyncLifetime
{
    private static readonly GroupRules s_rules =
        new([new("limit", new(Algorithm.FixedWindow, 1000, TimeSpan.FromSeconds(60)))], new(1, 0));

    private static readonly GroupKey s_key = GroupKey.ForEndpoint("p", new(AccountKind.Id, "m_42"), "e", "live");

    private readonly LimiterCluster _cluster = new(filter: null, silos: 1);
    private ClusterGroups _inside = null!;

    private SiloGroups Silo => _cluster.Silos.Single();

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _inside = _cluster.FrontEndInside(silo: 0);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_first_take_brings_the_grain_to_life_and_those_after_it_are_answered_at_once()
    {
        Assert.False(_inside.TryTake(s_key, s_rules, 1, out _));
        Assert.Equal(999, (await TakeAsync(_inside)).Readings[0].Remaining);

        Assert.True(_inside.TryTake(s_key, s_rules, 2, out Reading reading));
        Assert.Equal(997, reading.Remaining);
        ValueTask<GroupReply> held = _inside.TakeAsync(s_key, s_rules, 3, TakeId.New(), hold: true);
        Assert.True(held.IsCompletedSuccessfully);
        Assert.Equal(994, (await held).Readings[0].Remaining);
    }

    [Fact]
    public async Task Both_ways_count_in_the_same_bucket_also_side_by_side()
    {
        await TakeAsync(_inside);
        Task<int>[] both = [CountAsync(_inside, 700), CountAsync(_cluster.Groups, 700), CountAsync(_cluster.FrontEnd(), 700)];

        Assert.Equal(999, (await Task.WhenAll(both)).Sum());
    }

    [Fact]
    public async Task From_a_group_that_has_ended_nothing_is_taken_and_its_grain_begins_anew()
    {
        await TakeAsync(_inside);
        var living = (ILocalGroup)Silo.Find(1)!;
        _cluster.Time.Advance(TimeSpan.FromSeconds(70));
        await _cluster.Cluster.WaitForDeactivationAsync(Orleans.Runtime.GrainId.Create("endpoint", GroupGrainKey.Of(s_key)));

        Assert.False(living.TryTake(s_rules, 1, out _));
        Assert.False(living.TryAsk(new(AskKind.Take, s_rules, 1, TakeId.None), out _));
        Assert.Null(Silo.Find(1));
        Assert.False(_inside.TryTake(s_key, s_rules, 1, out _));
        Assert.Equal(999, (await TakeAsync(_inside)).Readings[0].Remaining);
        Assert.True(_inside.TryTake(s_key, s_rules, 1, out Reading again));
        Assert.Equal(998, again.Remaining);
    }

    [Fact]
    public async Task A_group_is_kept_for_as_long_as_takes_without_a_message_are_remembered()
    {
        await TakeAsync(_inside);
        _cluster.Time.Advance(TimeSpan.FromSeconds(59));
        var slow = new GroupRules([new("other", new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(600)))], new(1, 0));
        await _inside.TakeAsync(s_key, slow, 1, TakeId.None, hold: false);
        _cluster.Time.Advance(TimeSpan.FromSeconds(500));

        Assert.Equal(1, Silo.LivingGroups);
        Assert.Equal(9, (await _inside.ReadAsync(s_key, slow, 1)).Readings[0].Remaining);
    }

    private static ValueTask<GroupReply> TakeAsync(ClusterGroups groups) => groups.TakeAsync(s_key, s_rules, 1, TakeId.None, hold: false);

    private static async Task<int> CountAsync(ClusterGroups groups, int takes)
    {
        GroupReply[] replies = await Task.WhenAll(Enumerable.Range(0, takes).Select(_ => Task.Run(() => TakeAsync(groups).AsTask())));
        return replies.Count(reply => reply.Outcome == GroupOutcome.Allowed);
    }
}
