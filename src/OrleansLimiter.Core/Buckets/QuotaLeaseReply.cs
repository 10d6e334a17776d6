namespace OrleansLimiter;

/// <summary>A group's answer to <see cref="BucketGroup.Lease"/>.</summary>
/// <param name="Permits">How many permits the caller may use by itself; 0 where nothing was leased.</param>
/// <param name="Span">
/// For how long from now they may be used; zero where nothing was leased. A caller that cannot read the group's clock counts it from
/// before the request was sent.
/// </param>
/// <param name="Group">
/// What the group says to a cost of 1 after that. <see cref="Reading.Remaining"/> leaves out what is leased, to this caller too.
/// </param>
public readonly record struct QuotaLeaseReply(int Permits, TimeSpan Span, GroupReply Group);
