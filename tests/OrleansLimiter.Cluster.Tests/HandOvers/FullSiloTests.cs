using Orleans;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A silo that is offered more states than it can continue.</summary>
public sealed class FullSiloTests : IAsyncLifetime
{
    private readonly LimiterCluster _cluster = new(filter: null, maxGroups: 3, silos: 1);

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_silo_does_not_accept_more_states_than_it_has_room_for_beside_its_living_groups()
    {
        await AcquireAsync();
        await AcquireAsync();
        ISiloGrain silo = _cluster.Cluster.Client.GetGrain<ISiloGrain>(_cluster.Cluster.Silos[0].SiloAddress.ToParsableString());

        Assert.False((await silo.ReceiveAsync(new([State(), State()]))).Accepted);
        Assert.True((await silo.ReceiveAsync(new([State()]))).Accepted);
    }

    private async Task AcquireAsync() => Assert.Equal(
        GroupOutcome.Allowed,
        (await _cluster.Groups.AcquireAsync(JointRequests.Keys(JointRequests.NewAccount())[2], JointRequests.All, 1)).Outcome);

    private GroupStateData State()
    {
        var group = new BucketGroup();
        group.Execute(BucketOperation.Acquire(JointRequests.All, 1), _cluster.Clock.Now);
        return new(
            (byte)Scope.Account,
            GroupGrainKey.Of(JointRequests.Keys(JointRequests.NewAccount())[2]),
            GroupSnapshot.Save(group, _cluster.Clock.Now),
            Age: 0,
            Random.Shared.NextInt64());
    }
}
