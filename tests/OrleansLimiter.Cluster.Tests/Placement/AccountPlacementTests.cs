using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Three silos, to which others are added and which leave again.</summary>
public sealed class AccountPlacementTests : IAsyncLifetime
{
    private const int Accounts = 30;

    private static readonly GroupRules s_rules =
        new([new("limit", new(Algorithm.FixedWindow, 1000, TimeSpan.FromSeconds(60)))], new(1, 0));

    private readonly LimiterCluster _cluster = new();

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_groups_of_an_account_are_on_the_silo_that_every_silo_names()
    {
        await AcquireAsync("first");

        AssertPlaced("first", Hosting(_cluster.Cluster.Silos[0].SiloAddress));
        AssertPlaced("first", Hosting(_cluster.Cluster.Silos[2].SiloAddress));
    }

    [Fact]
    public async Task New_groups_follow_silos_that_join_and_leave_and_living_ones_stay()
    {
        HostingSilos three = Hosting(_cluster.Cluster.Silos[0].SiloAddress);
        await AcquireAsync("before");

        SiloAddress joined = (await _cluster.Cluster.StartAdditionalSiloAsync()).SiloAddress;
        HostingSilos four = await ListedAsync(silos => silos.Contains(joined));
        await AcquireAsync("during");

        Assert.Equal(four.Silos.Order(), _cluster.Cluster.Silos.Select(silo => silo.SiloAddress).Order());
        Assert.True(four.Version > three.Version);
        AssertPlaced("before", three);
        AssertPlaced("during", four);

        await _cluster.Cluster.StopSiloAsync(_cluster.Cluster.Silos.Single(silo => silo.SiloAddress == joined));
        HostingSilos after = await ListedAsync(silos => !silos.Contains(joined));
        await AcquireAsync("after");

        Assert.Equal(three.Silos, after.Silos);
        Assert.True(after.Version > four.Version);
        AssertPlaced("after", after);
    }

    [Fact]
    public void Silos_of_earlier_versions_read_a_strategy_that_they_know()
    {
        ImmutableDictionary<GrainType, GrainProperties> grains = Services(_cluster.Cluster.Silos[0].SiloAddress)
            .GetRequiredService<IClusterManifestProvider>().LocalGrainManifest.Grains;

        Assert.All(
            (string[])["endpoint", "burst", "account"],
            type => Assert.Equal(
                nameof(HashBasedPlacement), grains[GrainType.Create(type)].Properties[WellKnownGrainTypeProperties.PlacementStrategy]));
    }

    // Every silo, so that it does not matter which one is asked to place a group.
    private async Task<HostingSilos> ListedAsync(Predicate<ImmutableArray<SiloAddress>> expected)
    {
        await _cluster.Cluster.WaitForLivenessToStabilizeAsync();
        SiloAddress[] all = [.. _cluster.Cluster.Silos.Select(silo => silo.SiloAddress)];
        Assert.True(
            SpinWait.SpinUntil(() => all.All(silo => expected(Hosting(silo).Silos)), TimeSpan.FromSeconds(60)), "a silo lists others");
        return Hosting(all[0]);
    }

    private async Task AcquireAsync(string prefix)
    {
        foreach (Account account in AccountsOf(prefix))
        {
            foreach (Scope scope in ScopeDescriptor.All.Select(each => each.Scope))
            {
                await _cluster.Groups.AcquireAsync(new(scope, "p", account, "e", "q"), s_rules, 1, OperationId.None, reserve: false);
            }
        }
    }

    private void AssertPlaced(string prefix, HostingSilos hosting)
    {
        foreach (Account account in AccountsOf(prefix))
        {
            string[] silos =
                [.. _cluster.Silos.SelectMany(silo => silo.StartingWith(GroupGrainKey.Prefix(account)).Select(_ => silo.Name))];
            Assert.Equal(Enumerable.Repeat(hosting.SiloOf(account)!.ToParsableString(), ScopeDescriptor.All.Length), silos);
        }
    }

    private static IEnumerable<Account> AccountsOf(string prefix) =>
        Enumerable.Range(0, Accounts).Select(i => new Account(AccountKind.Id, $"{prefix}_{i}"));

    private HostingSilos Hosting(SiloAddress silo) => Services(silo).GetRequiredService<IHostingSilos>().Current;

    private IServiceProvider Services(SiloAddress silo) => _cluster.Cluster.GetSiloServiceProvider(silo);
}
