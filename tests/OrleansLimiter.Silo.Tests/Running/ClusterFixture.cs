// Two, because a class may have a cluster of several processes. See TimedTests for those that run alone.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 2)]

namespace OrleansLimiter.Silo.Tests;

/// <summary>A cluster with its database for the tests of a class, which run one after the other.</summary>
public abstract class ClusterFixture : IAsyncLifetime
{
    private readonly StoreServer _store;
    private readonly int _silos;
    private readonly TimeSpan _deadline;
    private ProcessCluster? _cluster;

    private protected ClusterFixture(StoreServer store, int silos, TimeSpan deadline) => (_store, _silos, _deadline) = (store, silos, deadline);

    /// <summary>The cluster. A test that uses it is skipped if its database is not installed.</summary>
    internal ProcessCluster Cluster
    {
        get
        {
            _store.Require();
            return _cluster!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (_store.Missing is null)
        {
            _cluster = await ProcessCluster.StartAsync(_store, _silos, frontEnds: 2, _deadline);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}

/// <summary>Three silos with PostgreSQL, and a long deadline for busy machines.</summary>
public sealed class PatientClusterFixture() : ClusterFixture(new PostgresServer(), silos: 3, ProcessCluster.Patient);

/// <summary>The same with the default deadline.</summary>
public sealed class HastyClusterFixture() : ClusterFixture(new PostgresServer(), silos: 3, TimeSpan.FromMilliseconds(200));

/// <summary>Two silos, the minimum for tests of a database.</summary>
public sealed class StoreFixture<TStore>() : ClusterFixture(new TStore(), silos: 2, ProcessCluster.Patient)
    where TStore : StoreServer, new();
