using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Where a whole cluster in processes of its own places bucket groups.</summary>
public sealed class PlacementTests(PatientClusterFixture fixture) : IClassFixture<PatientClusterFixture>
{
    private static readonly Account[] s_accounts = [.. Enumerable.Range(0, 20).Select(i => new Account(AccountKind.Id, $"acct_{i}"))];

    private static readonly GroupRules s_rules =
        new([new("limit", new(Algorithm.FixedWindow, 1000, TimeSpan.FromHours(1)))], new(1, 0));

    [Fact]
    public async Task All_groups_of_an_account_are_on_the_silo_that_rendezvous_hashing_names()
    {
        using IHost client = await fixture.Cluster.ConnectAsync();
        IGrainFactory grains = client.Services.GetRequiredService<IGrainFactory>();
        var store = new ClusterBucketStore(grains, new(TimeProvider.System), NullLogger<ClusterBucketStore>.Instance);
        foreach (Account account in s_accounts)
        {
            foreach (Scope scope in ScopeDescriptor.All.Select(each => each.Scope))
            {
                await store.AcquireAsync(new(scope, "p", account, "e", "q"), s_rules, 1, OperationId.None, reserve: false);
            }
        }

        IManagementGrain cluster = grains.GetGrain<IManagementGrain>(0);
        var placement = new RendezvousHash((await cluster.GetHosts(onlyActive: true)).Keys);
        DetailedGrainStatistic[] all = await cluster.GetDetailedGrainStatistics();
        await client.StopAsync();

        Assert.All(s_accounts, account => Assert.Equal(
            new[] { "account", "burst", "endpoint" }.Select(type => (type, placement.SiloOf(account)!)),
            all.Where(grain => IsOf(account, grain)).Select(grain => (grain.GrainId.Type.ToString()!, grain.SiloAddress)).Order()));
        Assert.Equal(3, s_accounts.Select(account => placement.SiloOf(account)).Distinct().Count());
    }

    private static bool IsOf(Account account, DetailedGrainStatistic grain) =>
        grain.GrainId.Key.ToString()!.StartsWith(GroupGrainKey.Prefix(account), StringComparison.Ordinal);
}
