using Orleans;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The counts of limits with <c>survive: restart</c> while all silos stop.</summary>
public sealed class RestartOfAllTests
{
    private const int Permits = 30;
    private const int Handed = 4;

    private static readonly GroupRules s_rules = new(
        [new("limit", new(Algorithm.FixedWindow, Permits, TimeSpan.FromDays(1))) { Survive = Survive.Restart }], new(1, 0));

    private readonly MemoryStorage _storage = new();

    // So many that the silo does not activate their grains at once.
    private readonly Account[] _accounts = [.. Enumerable.Range(0, 2_100).Select(_ => JointRequests.NewAccount())];

    [Fact]
    public async Task A_state_that_the_last_silo_has_received_and_not_continued_is_stored()
    {
        await using (LimiterCluster stops = await StartAsync())
        {
            await HandOverAsync(stops);
            await stops.Cluster.StopSiloAsync(stops.Cluster.Silos[0]);
        }

        await AssertRemainAsync(Permits - Handed, _accounts.Length);
    }

    [Fact]
    public async Task A_state_is_stored_together_with_the_permits_of_its_group_since_then()
    {
        await using (LimiterCluster stops = await StartAsync())
        {
            foreach (Account account in _accounts[..20])
            {
                await stops.Groups.AcquireAsync(Key(account), s_rules, 1);
            }

            await HandOverAsync(stops);
            await stops.Cluster.StopSiloAsync(stops.Cluster.Silos[0]);
        }

        await AssertRemainAsync(Permits - Handed - 1, accounts: 20);
    }

    private async Task<LimiterCluster> StartAsync()
    {
        var cluster = new LimiterCluster(filter: null, silos: 1, counts: _storage);
        await cluster.InitializeAsync();
        cluster.Listed(silos: 1);
        return cluster;
    }

    private async Task HandOverAsync(LimiterCluster cluster)
    {
        ISiloGrain silo = cluster.Cluster.Client.GetGrain<ISiloGrain>(cluster.Cluster.Silos[0].SiloAddress.ToParsableString());
        GroupStateData[] states = [.. _accounts.Select(account => State(account, cluster.Clock.Now))];
        Assert.True((await silo.ReceiveAsync(new(states))).Accepted);
    }

    private async Task AssertRemainAsync(int expected, int accounts)
    {
        await using LimiterCluster again = await StartAsync();
        var remaining = new List<int>();
        foreach (Account account in _accounts[..accounts])
        {
            remaining.Add((await again.Groups.ReadAsync(Key(account), s_rules, 1)).Readings[0].Remaining);
        }

        Assert.All(remaining, each => Assert.Equal(expected, each));
    }

    private static GroupKey Key(Account account) => GroupKey.ForAccount("p", account);

    // The state of a group from which another silo acquired permits.
    private static GroupStateData State(Account account, Instant now)
    {
        var group = new BucketGroup();
        group.Execute(BucketOperation.Acquire(s_rules, Handed), now);
        return new((byte)Scope.Account, GroupGrainKey.Of(Key(account)), GroupSnapshot.Save(group, now), Age: 0, Random.Shared.NextInt64())
        {
            KeptBuckets = ["limit"],
        };
    }
}
