using System.Diagnostics;

namespace OrleansLimiter.FaultBenchmarks;

/// <summary>What was done to the cluster.</summary>
/// <param name="Name">The name.</param>
/// <param name="At">When it began, in ticks of <see cref="Stopwatch"/>.</param>
internal sealed record Step(string Name, long At);
