using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>A check that was understood: nothing is left to go wrong but being refused.</summary>
internal readonly record struct ResolvedCheck(ServedPolicy Served, LimitRequest Request)
{
    public static ResolvedCheck Of(ServedPolicy served, in RequestIdentity identity, in LimitRequest request)
    {
        served.Tally.UnknownValues(identity.UnknownValues);
        return new(served, request);
    }
}
