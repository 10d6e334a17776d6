namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A kind of call.</summary>
/// <param name="Name">The name in the results.</param>
/// <param name="Descriptors">The number of descriptors.</param>
/// <param name="Deadline">The deadline that the client sends; null for none.</param>
internal sealed record RateLimitKind(string Name, int Descriptors, TimeSpan? Deadline = null)
{
    public static readonly RateLimitKind One = new("one descriptor", 1);
    public static readonly RateLimitKind Two = new("two descriptors", 2);

    /// <summary>With a deadline, which Envoy always sends. It is so long that no call exceeds it.</summary>
    public static readonly RateLimitKind Timed = new("one descriptor, with a deadline", 1, TimeSpan.FromSeconds(10));

    public static readonly RateLimitKind[] All = [One, Two, Timed];
}
