[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // each class has a cluster of six processes

namespace OrleansLimiter.Silo.Tests;

/// <summary>Three silos, two front-ends and PostgreSQL for the tests of a class, one after the other.</summary>
public class ClusterFixture : IAsyncLifetime
{
    private readonly TimeSpan _deadline;

    public ClusterFixture()
        : this(ProcessCluster.Patient)
    {
    }

    protected ClusterFixture(TimeSpan deadline) => _deadline = deadline;

    internal ProcessCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Cluster = await ProcessCluster.StartAsync(silos: 3, frontEnds: 2, _deadline);

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }
}

/// <summary>The same with the deadline that the product has by default.</summary>
public sealed class HastyClusterFixture() : ClusterFixture(TimeSpan.FromMilliseconds(200));
