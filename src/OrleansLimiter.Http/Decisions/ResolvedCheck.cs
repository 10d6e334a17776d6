using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Http;

/// <summary>A check that was understood: nothing is left to go wrong but being refused.</summary>
internal readonly record struct ResolvedCheck(ServedPolicy Served, LimitRequest Request);
