namespace OrleansLimiter.AttackBenchmarks;

/// <summary>What an attack on a contender did.</summary>
/// <param name="Flood">The attack.</param>
/// <param name="Contender">The contender.</param>
/// <param name="Micros">The times of the honest caller's answers, ascending.</param>
/// <param name="Failures">The number of the honest caller's requests that failed.</param>
/// <param name="IsAlive">Whether the process lives.</param>
/// <param name="Administration">Whether administration answered each time; null if there is none.</param>
/// <param name="PeakBytes">The highest resident memory.</param>
/// <param name="Served">The answers per second to attackers that send one request after another; 0 for other attacks.</param>
internal sealed record AttackResult(
    Flood Flood, Contender Contender, double[] Micros, int Failures, bool IsAlive, bool? Administration, long PeakBytes, double Served)
{
    /// <summary>The median in microseconds; null without answers.</summary>
    public double? P50 => Micros.Length == 0 ? null : Micros[Micros.Length / 2];

    /// <summary>The 99th percentile in microseconds; null without answers.</summary>
    public double? P99 => Micros.Length == 0 ? null : Micros[(int)Math.Ceiling(0.99 * Micros.Length) - 1];
}

/// <summary>The resident memory of a contender before the attacks and two minutes after them.</summary>
internal sealed record MemoryResult(Contender Contender, long Before, long After);
