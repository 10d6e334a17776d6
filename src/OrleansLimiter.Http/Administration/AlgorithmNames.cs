namespace OrleansLimiter.Http;

/// <summary>Algorithms as policy files write them.</summary>
internal static class AlgorithmNames
{
    public static string Of(Algorithm algorithm) => algorithm switch
    {
        Algorithm.RollingWindow => "rolling-window",
        Algorithm.FixedWindow => "fixed-window",
        Algorithm.LeakyBucket => "leaky-bucket",
        Algorithm.TokenBucket => "token-bucket",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
    };
}
