namespace OrleansLimiter.Http;

/// <summary>A valid check, with its policy.</summary>
internal readonly record struct ResolvedCheck(ServedPolicy Served, LimitRequest Request)
{
    public static ResolvedCheck Of(ServedPolicy served, in RequestIdentity identity, in LimitRequest request)
    {
        served.Tally.UnknownValues(identity.UnknownValues);
        return new(served, request);
    }
}
