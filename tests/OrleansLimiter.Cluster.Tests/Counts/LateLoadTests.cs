using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A silo that starts while the storage of counts is down.</summary>
public sealed class LateLoadTests
{
    private const int Permits = 30;
    private const int Before = 4;

    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(60);

    private static readonly GroupRules s_rules = new(
        [new("limit", new(Algorithm.FixedWindow, Permits, TimeSpan.FromDays(1))) { Survive = Survive.Restart }], new(1, 0));

    private readonly MemoryStorage _storage = new();
    private readonly Account[] _accounts = [.. Enumerable.Range(0, 40).Select(_ => JointRequests.NewAccount())];

    [Theory]
    [InlineData(1)]
    [InlineData(Before + 1)]
    public async Task Counts_that_are_read_late_are_merged_with_those_of_the_meantime(int meanwhile)
    {
        await using (LimiterCluster stops = await StartAsync())
        {
            await AcquireAsync(stops, _accounts, Before);
            await stops.Cluster.StopSiloAsync(stops.Cluster.Silos[0]);
        }

        _storage.Fails = true;
        await using LimiterCluster late = await StartAsync();
        await AcquireAsync(late, _accounts[..20], meanwhile);
        Assert.All(await RemainingAsync(late, _accounts[..20]), each => Assert.Equal(Permits - meanwhile, each));

        _storage.Fails = false;
        CountsCounters counters = late.Cluster.GetSiloServiceProvider(late.Cluster.Silos[0].SiloAddress)
            .GetRequiredService<CountsCounters>();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                late.Time.Advance(CountsLoader.RetryPeriod);
                return counters.Loaded == _accounts.Length;
            },
            s_maxWait));

        Assert.All(await RemainingAsync(late, _accounts[..20]), each => Assert.Equal(Permits - Math.Max(Before, meanwhile), each));
        Assert.All(await RemainingAsync(late, _accounts[20..]), each => Assert.Equal(Permits - Before, each));
    }

    private async Task<LimiterCluster> StartAsync()
    {
        var cluster = new LimiterCluster(
            filter: null, silos: 1, counts: _storage, countsOptions: new() { LoadTimeout = TimeSpan.FromMilliseconds(_storage.Fails ? 50 : 60_000) });
        await cluster.InitializeAsync();
        cluster.Listed(silos: 1);
        return cluster;
    }

    private static async Task AcquireAsync(LimiterCluster cluster, Account[] accounts, int permits)
    {
        foreach (Account account in accounts)
        {
            await cluster.Groups.AcquireAsync(GroupKey.ForAccount("p", account), s_rules, permits);
        }
    }

    private static async Task<int[]> RemainingAsync(LimiterCluster cluster, Account[] accounts)
    {
        var remaining = new List<int>();
        foreach (Account account in accounts)
        {
            remaining.Add((await cluster.Groups.ReadAsync(GroupKey.ForAccount("p", account), s_rules, 1)).Readings[0].Remaining);
        }

        return [.. remaining];
    }
}
