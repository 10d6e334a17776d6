namespace OrleansLimiter.Silo.Tests;

/// <summary>Tests of a cluster with two front-ends. Each test uses an account of its own under the policy <c>frontline</c>.</summary>
public abstract class TwoFrontEndTests(ClusterFixture fixture)
{
    protected const string Frontline = "frontline";
    protected const int FrontlinePermits = 1000;

    protected string Account { get; } = $"acct-{Guid.NewGuid():n}";

    private protected ProcessCluster Cluster => fixture.Cluster;

    private protected HostProcess One => Cluster.FrontEnds[0];

    private protected HostProcess Other => Cluster.FrontEnds[1];
}
