using OrleansLimiter.Testing.Clauses;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>All clauses share one cluster, because three silos take longer to start than a clause to run.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterClauses : ICollectionFixture<ClusterClauseHost>
{
    public const string Name = "clauses on a cluster";
}

[Collection(ClusterClauses.Name)]
public sealed class FrameIoOnCluster(ClusterClauseHost host) : FrameIoClauses(host);

[Collection(ClusterClauses.Name)]
public sealed class FrameIoRangeOnCluster(ClusterClauseHost host) : FrameIoRangeClauses(host);

[Collection(ClusterClauses.Name)]
public sealed class FramePaymentsOnCluster(ClusterClauseHost host) : FramePaymentsClauses(host);

[Collection(ClusterClauses.Name)]
public sealed class FrameV1OnCluster(ClusterClauseHost host) : FrameV1Clauses(host);

[Collection(ClusterClauses.Name)]
public sealed class FrameV1FamilyOnCluster(ClusterClauseHost host) : FrameV1FamilyClauses(host);

[Collection(ClusterClauses.Name)]
public sealed class FrameV1OverrideOnCluster(ClusterClauseHost host) : FrameV1OverrideClauses(host);

[Collection(ClusterClauses.Name)]
public sealed class FrontPlanOnCluster(ClusterClauseHost host) : FrontPlanClauses(host);

[Collection(ClusterClauses.Name)]
public sealed class FrontBurstOnCluster(ClusterClauseHost host) : FrontBurstClauses(host);

[Collection(ClusterClauses.Name)]
public sealed class FrontHeaderOnCluster(ClusterClauseHost host) : FrontHeaderClauses(host);

[Collection(ClusterClauses.Name)]
public sealed class FrontlineOnCluster(ClusterClauseHost host) : FrontlineClauses(host);

[Collection(ClusterClauses.Name)]
public sealed class PathOnCluster(ClusterClauseHost host) : PathClauses(host);
