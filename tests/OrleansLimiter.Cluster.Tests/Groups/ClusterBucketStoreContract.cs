using OrleansLimiter.Testing.Contracts;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The contract of a bucket store, for the store over grains on three silos.</summary>
public sealed class ClusterBucketStoreContract(LimiterCluster cluster) : BucketStoreContract, IClassFixture<LimiterCluster>
{
    protected override FakeTime Time => cluster.Time;

    protected override Task<IBucketStore> StartAsync(FakeTime time) => Task.FromResult<IBucketStore>(cluster.Groups);
}

/// <summary>The contract in the process of a silo, where a third of the groups are called without a message.</summary>
public sealed class InsideClusterGroupsContract(LimiterCluster cluster) : BucketStoreContract, IClassFixture<LimiterCluster>
{
    protected override FakeTime Time => cluster.Time;

    protected override Task<IBucketStore> StartAsync(FakeTime time) => Task.FromResult<IBucketStore>(cluster.FrontEndInside(silo: 0));
}

/// <summary>The contract in the process of the only silo, where a group is called by message at most once.</summary>
public sealed class AloneClusterGroupsContract(AloneClusterGroupsContract.OneSilo cluster)
    : BucketStoreContract, IClassFixture<AloneClusterGroupsContract.OneSilo>
{
    protected override FakeTime Time => cluster.Cluster.Time;

    protected override Task<IBucketStore> StartAsync(FakeTime time) => Task.FromResult<IBucketStore>(cluster.Cluster.FrontEndInside(silo: 0));

    /// <summary>A cluster of one silo.</summary>
    public sealed class OneSilo : IAsyncLifetime
    {
        public LimiterCluster Cluster { get; } = new(filter: null, silos: 1);

        public ValueTask InitializeAsync() => Cluster.InitializeAsync();

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }
}
