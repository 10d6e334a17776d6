using OrleansLimiter.Testing.Contracts;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The engine over grains keeps what every engine promises, on three silos.</summary>
public sealed class ClusterGroupsContract(LimiterCluster cluster) : GroupsContract, IClassFixture<LimiterCluster>
{
    protected override FakeTime Time => cluster.Time;

    protected override Task<IGroups> StartAsync(FakeTime time) => Task.FromResult<IGroups>(cluster.Groups);
}
