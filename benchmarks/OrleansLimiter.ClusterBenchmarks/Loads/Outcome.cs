namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What came of asking for a while.</summary>
/// <param name="Decisions">How many there were.</param>
/// <param name="Seconds">In what time.</param>
/// <param name="P50">The median wait, in microseconds.</param>
/// <param name="P99">The wait that one in a hundred exceeds, in microseconds.</param>
/// <param name="P999">The wait that one in a thousand exceeds, in microseconds; null where the generator does not tell.</param>
/// <param name="Refused">Decisions that were refused.</param>
/// <param name="Uncounted">Decisions that <c>on-failure</c> made, because nobody could count them in time.</param>
/// <param name="Allocated">Bytes allocated meanwhile in the callers' process; 0 where it does not tell.</param>
/// <param name="SiloAllocated">The same in all silos outside of it.</param>
internal sealed record Outcome(
    long Decisions, double Seconds, double P50, double P99, double? P999, long Refused = 0, long Uncounted = 0,
    long Allocated = 0, long SiloAllocated = 0)
{
    /// <summary>What was counted, a second: what nobody counted is no decision, however fast it came.</summary>
    public double PerSecond => (Decisions - Uncounted) / Seconds;
}
