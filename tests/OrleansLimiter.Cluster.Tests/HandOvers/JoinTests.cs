using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A silo that joins receives the groups of its accounts from the others.</summary>
public sealed class JoinTests : IAsyncLifetime
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private readonly LimiterCluster _cluster = new(filter: null, silos: 2);
    private readonly Account[] _accounts = [.. Enumerable.Range(0, 40).Select(_ => JointRequests.NewAccount())];
    private ClusterBucketStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _cluster.Listed(silos: 2);
        _store = await _cluster.FrontEnd().KnowingSilosAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task All_living_groups_of_an_account_move_to_its_silo_with_their_counts()
    {
        foreach (Account account in _accounts)
        {
            await _store.AcquireAllAsync(JointRequests.Of(account, cost: 3)).AssertRemainingAsync(7, 17, 27);
        }

        await _cluster.Cluster.StartAdditionalSiloAsync();
        HostingSilos three = _cluster.Listed(silos: 3);
        Assert.True(SpinWait.SpinUntil(() => IsEachOnItsSilo(three), MaxWait));

        Assert.InRange(_cluster.Silos.Last().Living.Count, 3, 3 * (_accounts.Length - 1));
        foreach (Account account in _accounts)
        {
            GroupReply[]? joint = await _store.AcquireAllAsync(JointRequests.Of(account))
                ?? await _store.AcquireAllAsync(JointRequests.Of(account)); // the first reply may tell where the groups are
            joint.AssertRemaining(6, 16, 26);
        }
    }

    private bool IsEachOnItsSilo(HostingSilos silos)
    {
        foreach (GroupMover mover in Movers)
        {
            mover.Step();
        }

        return _accounts.All(account =>
        {
            string expected = silos.SiloOf(account)!.ToParsableString();
            return _cluster.Silos.All(silo => silo.StartingWith(GroupGrainKey.Prefix(account)).Count() == (silo.Name == expected ? 3 : 0));
        });
    }

    private IEnumerable<GroupMover> Movers => _cluster.Cluster.Silos.Select(silo => _cluster.Cluster
        .GetSiloServiceProvider(silo.SiloAddress).GetServices<IHostedService>().OfType<GroupMover>().Single());
}
