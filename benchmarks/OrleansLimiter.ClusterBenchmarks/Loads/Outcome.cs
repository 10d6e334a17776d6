namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The result of a load.</summary>
/// <param name="Decisions">The number of decisions.</param>
/// <param name="Seconds">The duration.</param>
/// <param name="P50">The median wait, in microseconds.</param>
/// <param name="P99">The wait that one in a hundred exceeds, in microseconds.</param>
/// <param name="P999">The wait that one in a thousand exceeds, in microseconds; null if the generator does not report it.</param>
/// <param name="Refused">Decisions that were refused.</param>
/// <param name="Uncounted">Decisions that <c>on-failure</c> made, because a group did not reply in time.</param>
/// <param name="Allocated">The bytes allocated during the load in the process of the callers; 0 if it does not report them.</param>
/// <param name="SiloAllocated">The same in all silos in other processes.</param>
internal sealed record Outcome(
    long Decisions, double Seconds, double P50, double P99, double? P999, long Refused = 0, long Uncounted = 0,
    long Allocated = 0, long SiloAllocated = 0)
{
    /// <summary>The counted decisions per second. Decisions of <c>on-failure</c> are not included.</summary>
    public double PerSecond => (Decisions - Uncounted) / Seconds;
}
