using OrleansLimiter.Testing.Clauses;

namespace OrleansLimiter.Silo.Tests;

/// <summary>All clauses share one front-end and its silo, which take longer to start than a clause to run.</summary>
[CollectionDefinition(Name)]
public sealed class FrontEndClauses : ICollectionFixture<FrontEndClauseHost>
{
    public const string Name = "clauses on a front-end";
}

[Collection(FrontEndClauses.Name)]
public sealed class FrameIoOnFrontEnd(FrontEndClauseHost host) : FrameIoClauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class FrameIoRangeOnFrontEnd(FrontEndClauseHost host) : FrameIoRangeClauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class FramePaymentsOnFrontEnd(FrontEndClauseHost host) : FramePaymentsClauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class FrameV1OnFrontEnd(FrontEndClauseHost host) : FrameV1Clauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class FrameV1FamilyOnFrontEnd(FrontEndClauseHost host) : FrameV1FamilyClauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class FrameV1OverrideOnFrontEnd(FrontEndClauseHost host) : FrameV1OverrideClauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class FrontPlanOnFrontEnd(FrontEndClauseHost host) : FrontPlanClauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class FrontBurstOnFrontEnd(FrontEndClauseHost host) : FrontBurstClauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class FrontHeaderOnFrontEnd(FrontEndClauseHost host) : FrontHeaderClauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class FrontlineOnFrontEnd(FrontEndClauseHost host) : FrontlineClauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class PathOnFrontEnd(FrontEndClauseHost host) : PathClauses(host);

[Collection(FrontEndClauses.Name)]
public sealed class IdentityOnFrontEnd(FrontEndClauseHost host) : IdentityClauses(host);
