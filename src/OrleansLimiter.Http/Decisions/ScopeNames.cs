namespace OrleansLimiter.Http;

/// <summary>Scopes as policy files write them.</summary>
internal static class ScopeNames
{
    public static string Of(Scope scope) => scope switch
    {
        Scope.Burst => "burst",
        Scope.Endpoint => "endpoint",
        _ => "account",
    };
}
