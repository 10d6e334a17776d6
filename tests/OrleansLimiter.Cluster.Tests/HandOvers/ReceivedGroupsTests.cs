using Microsoft.Extensions.DependencyInjection;
using Orleans;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>States that reach a silo on which their groups are not activated, or are in use already.</summary>
public sealed class ReceivedGroupsTests : IAsyncLifetime
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private readonly LimiterCluster _cluster = new();
    private readonly Account[] _accounts = [.. Enumerable.Range(0, 20).Select(_ => JointRequests.NewAccount())];
    private HostingSilos _silos = null!;

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _silos = _cluster.Listed(silos: 3);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_state_is_continued_on_the_silo_on_which_its_grain_is_activated()
    {
        foreach (Account account in _accounts)
        {
            await SendAsync(silo: 0, account, cost: 4);
        }

        await AssertRemainAsync(states: _accounts.Length, expected: 26);
        int others = _accounts.Count(account => SiloOf(account) != Name(0));
        Assert.InRange(others, 1, _accounts.Length - 1);
        Assert.Equal((others, 0), (Counters(0).Sent, Counters(0).Lost));
    }

    [Fact]
    public async Task States_are_added_to_a_group_that_is_in_use_already()
    {
        foreach (Account account in _accounts)
        {
            await _cluster.Groups.AcquireAsync(JointRequests.Keys(account)[2], JointRequests.All, 5);
            await SendAsync(silo: 0, account, cost: 4);
            await SendAsync(silo: 1, account, cost: 3);
        }

        await AssertRemainAsync(states: 2 * _accounts.Length, expected: 18);
    }

    [Fact]
    public async Task A_silo_does_not_stop_before_it_has_sent_on_what_it_received()
    {
        foreach (Account account in _accounts)
        {
            await SendAsync(silo: 1, account, cost: 4);
        }

        HandOverCounters stopped = Counters(1);
        await _cluster.Cluster.StopSiloAsync(_cluster.Cluster.Silos[1]);

        Assert.Equal((_accounts.Length, 0), (stopped.Sent, stopped.Lost));
        await AssertRemainAsync(states: _accounts.Length, expected: 26);
    }

    [Fact]
    public async Task A_state_that_is_sent_several_times_counts_once()
    {
        foreach (Account account in _accounts)
        {
            for (int silo = 0; silo < 3; silo++)
            {
                await SendAsync(silo, account, cost: 4, id: 1 + account.GetHashCode());
            }
        }

        Assert.True(SpinWait.SpinUntil(() => Enumerable.Range(0, 3).Sum(silo => Counters(silo).Sent) >= 2 * _accounts.Length, MaxWait));
        await AssertRemainAsync(states: _accounts.Length, expected: 26);
    }

    [Fact]
    public async Task A_reset_also_discards_states_whose_groups_have_not_been_continued()
    {
        // So many states are continued in the background, after a second.
        GroupStateData[] states = [.. Enumerable.Range(0, 2_001).Select(_ => State(JointRequests.NewAccount(), cost: 1))];
        await SendAsync(silo: 0, [.. states, .. _accounts.Select(account => State(account, cost: 4))]);

        int[] reset = await Task.WhenAll(_accounts.Select(account => _cluster.Groups.ResetAsync(account).AsTask()));

        Assert.All(reset, groups => Assert.InRange(groups, 1, 2));
        foreach (Account account in _accounts)
        {
            Assert.Equal(30, await RemainingAsync(account));
        }
    }

    private async Task AssertRemainAsync(int states, int expected)
    {
        Assert.True(SpinWait.SpinUntil(
            () => Enumerable.Range(0, _cluster.Cluster.Silos.Count).Sum(silo => Counters(silo).Received) == states, MaxWait));
        foreach (Account account in _accounts)
        {
            Assert.Equal(expected, await RemainingAsync(account));
        }
    }

    private async Task<int> RemainingAsync(Account account) =>
        (await _cluster.Groups.ReadAsync(JointRequests.Keys(account)[2], JointRequests.All, 1)).Readings[0].Remaining;

    private Task SendAsync(int silo, Account account, int cost, long? id = null) => SendAsync(silo, [State(account, cost, id)]);

    private async Task SendAsync(int silo, GroupStateData[] states) =>
        Assert.True((await _cluster.Cluster.Client.GetGrain<ISiloGrain>(Name(silo)).ReceiveAsync(new(states))).Accepted);

    // The state of an account's group from which a silo that has left acquired permits.
    private GroupStateData State(Account account, int cost, long? id = null)
    {
        var group = new BucketGroup();
        group.Execute(BucketOperation.Acquire(JointRequests.All, cost), _cluster.Clock.Now);
        return new(
            (byte)Scope.Account,
            GroupGrainKey.Of(JointRequests.Keys(account)[2]),
            GroupSnapshot.Save(group, _cluster.Clock.Now),
            Age: 0,
            id ?? Random.Shared.NextInt64());
    }

    private string SiloOf(Account account) => _silos.SiloOf(account)!.ToParsableString();

    private string Name(int silo) => _cluster.Cluster.Silos[silo].SiloAddress.ToParsableString();

    private HandOverCounters Counters(int silo) =>
        _cluster.Cluster.GetSiloServiceProvider(_cluster.Cluster.Silos[silo].SiloAddress).GetRequiredService<HandOvers>().Counters;
}
