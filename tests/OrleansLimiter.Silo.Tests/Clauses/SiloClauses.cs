using OrleansLimiter.Testing.Clauses;

namespace OrleansLimiter.Silo.Tests;

/// <summary>All clauses share one silo, which takes longer to start than a clause to run.</summary>
[CollectionDefinition(Name)]
public sealed class SiloClauses : ICollectionFixture<SiloClauseHost>
{
    public const string Name = "clauses on a silo";
}

[Collection(SiloClauses.Name)]
public sealed class FrameIoOnSilo(SiloClauseHost host) : FrameIoClauses(host);

[Collection(SiloClauses.Name)]
public sealed class FrameIoRangeOnSilo(SiloClauseHost host) : FrameIoRangeClauses(host);

[Collection(SiloClauses.Name)]
public sealed class FramePaymentsOnSilo(SiloClauseHost host) : FramePaymentsClauses(host);

[Collection(SiloClauses.Name)]
public sealed class FrameV1OnSilo(SiloClauseHost host) : FrameV1Clauses(host);

[Collection(SiloClauses.Name)]
public sealed class FrameV1FamilyOnSilo(SiloClauseHost host) : FrameV1FamilyClauses(host);

[Collection(SiloClauses.Name)]
public sealed class FrameV1OverrideOnSilo(SiloClauseHost host) : FrameV1OverrideClauses(host);

[Collection(SiloClauses.Name)]
public sealed class FrontPlanOnSilo(SiloClauseHost host) : FrontPlanClauses(host);

[Collection(SiloClauses.Name)]
public sealed class FrontBurstOnSilo(SiloClauseHost host) : FrontBurstClauses(host);

[Collection(SiloClauses.Name)]
public sealed class FrontHeaderOnSilo(SiloClauseHost host) : FrontHeaderClauses(host);

[Collection(SiloClauses.Name)]
public sealed class FrontlineOnSilo(SiloClauseHost host) : FrontlineClauses(host);

[Collection(SiloClauses.Name)]
public sealed class PathOnSilo(SiloClauseHost host) : PathClauses(host);

[Collection(SiloClauses.Name)]
public sealed class IdentityOnSilo(SiloClauseHost host) : IdentityClauses(host);
