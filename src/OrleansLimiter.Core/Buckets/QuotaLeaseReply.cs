namespace OrleansLimiter;

/// <summary>The reply to <see cref="BucketGroup.Lease"/>.</summary>
/// <param name="Permits">The number of leased permits; 0 if none were leased.</param>
/// <param name="Span">
/// How long the permits may be used from now; zero if none were leased. A remote caller counts from the moment before it sent the
/// request.
/// </param>
/// <param name="Group">
/// The reply of the group to a cost of 1 afterwards. <see cref="Reading.Remaining"/> excludes all leased permits, also those of this
/// caller.
/// </param>
public readonly record struct QuotaLeaseReply(int Permits, TimeSpan Span, GroupReply Group);
