using OrleansLimiter.Testing.Clauses;

namespace OrleansLimiter.Http.Tests.Clauses;

public sealed class FrameIoEmbedded(EmbeddedClauseHost host) : FrameIoClauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class FrameIoRangeEmbedded(EmbeddedClauseHost host) : FrameIoRangeClauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class FramePaymentsEmbedded(EmbeddedClauseHost host) : FramePaymentsClauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class FrameV1Embedded(EmbeddedClauseHost host) : FrameV1Clauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class FrameV1FamilyEmbedded(EmbeddedClauseHost host) : FrameV1FamilyClauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class FrameV1OverrideEmbedded(EmbeddedClauseHost host) : FrameV1OverrideClauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class FrontPlanEmbedded(EmbeddedClauseHost host) : FrontPlanClauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class FrontBurstEmbedded(EmbeddedClauseHost host) : FrontBurstClauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class FrontHeaderEmbedded(EmbeddedClauseHost host) : FrontHeaderClauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class FrontlineEmbedded(EmbeddedClauseHost host) : FrontlineClauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class PathEmbedded(EmbeddedClauseHost host) : PathClauses(host), IClassFixture<EmbeddedClauseHost>;

public sealed class IdentityEmbedded(EmbeddedClauseHost host) : IdentityClauses(host), IClassFixture<EmbeddedClauseHost>;
