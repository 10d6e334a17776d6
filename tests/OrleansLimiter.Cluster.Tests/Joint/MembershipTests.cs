using Orleans;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Silos that join and leave: the groups of an account can be apart for a while, and a front-end can have an older list.</summary>
public sealed class MembershipTests : IAsyncLifetime
{
    private const string Cold = nameof(ISiloGrain.AcquireAsync);

    private readonly FaultyCluster _faulty = new(silos: 2);
    private readonly TestFolder _folder = new();

    private LimiterCluster Cluster => _faulty.Cluster;

    public async ValueTask InitializeAsync()
    {
        await _faulty.InitializeAsync();
        Cluster.Listed(silos: 2);
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _faulty.DisposeAsync();
    }

    [Fact]
    public async Task Groups_on_different_silos_reserve_and_commit_and_a_refused_request_consumes_nothing()
    {
        Limiter limiter = new(Cluster.FrontEnd(), OverrideStore.Open(_folder.Path("overrides.json"), Cluster.Time), Cluster.Clock);
        Account[] accounts = [.. Enumerable.Range(0, 30).Select(_ => JointRequests.NewAccount())];
        foreach (Account account in accounts)
        {
            Assert.True((await JointPolicy.CheckAsync(limiter, account, "first")).Allowed);
        }

        HostingSilos three = await JoinAsync();
        Account moved = accounts.First(account => three.SiloOf(account)!.Equals(Cluster.Cluster.Silos[2].SiloAddress));
        Account stayed = accounts.First(account => !three.SiloOf(account)!.Equals(Cluster.Cluster.Silos[2].SiloAddress));
        foreach (Account account in (Account[])[moved, stayed])
        {
            Decision[] together = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => JointPolicy.CheckAsync(limiter, account, "second")));
            int used = together.Count(decision => decision.Allowed);
            Assert.InRange(used, 1, 4);
            Assert.All(together, decision => Assert.Equal(DecisionNotes.None, decision.Notes & ~DecisionNotes.Contended));
            await AssertRemainAsync(limiter, account, "second", company: 9 - used, burst: 4 - used);
            foreach (string resource in (string[])["third", "fourth", "fifth"])
            {
                int company = 9 - used;
                for (int i = 0; i < 5; i++)
                {
                    used += (await JointPolicy.CheckAsync(limiter, account, resource)).Allowed ? 1 : 0;
                }

                await AssertRemainAsync(limiter, account, resource, company: Math.Max(0, company - 4), burst: Math.Max(0, 4 - company));
            }

            Assert.Equal(9, used);
        }

        // The groups of the moved account are on two silos, those of the other on one.
        Assert.Equal([2, 1], new[] { moved, stayed }.Select(
            account => Cluster.Silos.Count(silo => silo.StartingWith(GroupGrainKey.Prefix(account)).Any())));
    }

    [Fact]
    public async Task Groups_that_are_apart_cannot_decide_in_one_step_whether_their_locations_are_known_or_not()
    {
        ClusterBucketStore store = await Cluster.FrontEnd().KnowingSilosAsync();
        Account[] accounts = [.. Enumerable.Range(0, 30).Select(_ => JointRequests.NewAccount())];
        foreach (Account account in accounts)
        {
            await store.AcquireAsync(JointRequests.Keys(account)[2], JointRequests.All, 1);
        }

        HostingSilos three = await JoinAsync();
        Account moved = accounts.First(account => three.SiloOf(account)!.Equals(Cluster.Cluster.Silos[2].SiloAddress));
        ClusterBucketStore inside = Cluster.FrontEndInside(silo: 2);

        for (int i = 0; i < 3; i++)
        {
            Assert.Null(await store.AcquireAllAsync(JointRequests.Of(moved)));
            Assert.Null(await inside.AcquireAllAsync(JointRequests.Of(moved)));
            Assert.False(store.TryAcquireAll(
                JointRequests.Keys(moved), [JointRequests.Burst, JointRequests.Endpoint, JointRequests.All], 1, new Reading[3], out _));
        }

        await store.AssertRemainAsync(moved, 10, 20, 29);
    }

    [Fact]
    public async Task A_front_end_with_an_older_list_asks_the_wrong_silo_at_most_once()
    {
        ClusterBucketStore store = await Cluster.FrontEnd().KnowingSilosAsync();
        HostingSilos three = await JoinAsync();
        Account[] moved =
        [
            .. Enumerable.Range(0, 100).Select(_ => JointRequests.NewAccount())
                .Where(account => three.SiloOf(account)!.Equals(Cluster.Cluster.Silos[2].SiloAddress)).Take(3),
        ];
        int calls = _faulty.Calls(Cold);

        Assert.Null(await store.AcquireAllAsync(JointRequests.Of(moved[0])));
        await store.AcquireAllAsync(JointRequests.Of(moved[1])).AssertRemainingAsync(9, 19, 29);
        await store.AcquireAllAsync(JointRequests.Of(moved[2])).AssertRemainingAsync(9, 19, 29);

        Assert.Equal(calls + 3, _faulty.Calls(Cold));
        await store.AcquireAllAsync(JointRequests.Of(moved[0])).AssertRemainingAsync(9, 19, 29); // the reply has told where its groups are
        Assert.Equal(calls + 3, _faulty.Calls(Cold));
    }

    [Fact]
    public async Task When_the_silo_of_an_account_leaves_its_groups_continue_on_another_one()
    {
        await JoinAsync();
        ClusterBucketStore store = await Cluster.FrontEnd().KnowingSilosAsync();
        HostingSilos three = Cluster.Listed(silos: 3);
        Account[] accounts =
        [
            .. Enumerable.Range(0, 100).Select(_ => JointRequests.NewAccount())
                .Where(account => three.SiloOf(account)!.Equals(Cluster.Cluster.Silos[2].SiloAddress)).Take(2),
        ];
        await store.AcquireAllAsync(JointRequests.Of(accounts[0])).AssertRemainingAsync(9, 19, 29);

        await Cluster.Cluster.StopSiloAsync(Cluster.Cluster.Silos[2]);
        Cluster.Listed(silos: 2);
        foreach ((Account account, int used) in accounts.Zip([2, 1])) // the first had one acquisition before the stop
        {
            GroupReply[]? replies = await store.AcquireAllAsync(JointRequests.Of(account));
            if (replies is null)
            {
                replies = await store.AcquireAllAsync(JointRequests.Of(account)); // the list is without the silo now
            }

            replies.AssertRemaining(10 - used, 20 - used, 30 - used);
            await store.AssertRemainAsync(account, 10 - used, 20 - used, 30 - used);
        }
    }

    private static async Task AssertRemainAsync(Limiter limiter, Account account, string resource, int company, int burst)
    {
        Decision read = await JointPolicy.CheckAsync(limiter, account, resource, peek: true);
        Assert.Equal((company, burst), (read[0].Reading.Remaining, read[1].Reading.Remaining));
    }

    private async Task<HostingSilos> JoinAsync()
    {
        await Cluster.Cluster.StartAdditionalSiloAsync();
        return Cluster.Listed(silos: 3);
    }
}
