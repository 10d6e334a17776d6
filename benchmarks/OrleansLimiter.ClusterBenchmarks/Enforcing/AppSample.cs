namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>One turn of an app, or the sum of some turns.</summary>
/// <param name="Requests">The number of requests.</param>
/// <param name="Refused">The number of requests that were refused.</param>
/// <param name="Seconds">The duration.</param>
/// <param name="Cpu">The CPU time of the app.</param>
/// <param name="AllocatedBytes">The bytes that the app has allocated.</param>
internal readonly record struct AppSample(long Requests, long Refused, double Seconds, TimeSpan Cpu, long AllocatedBytes)
{
    public double CpuMicros => Cpu.TotalMicroseconds / Requests;

    public static AppSample operator +(AppSample one, AppSample other) => new(
        one.Requests + other.Requests, one.Refused + other.Refused, one.Seconds + other.Seconds, one.Cpu + other.Cpu,
        one.AllocatedBytes + other.AllocatedBytes);
}

/// <summary>All rounds of an app. A figure is the median of its rounds.</summary>
internal sealed record MeasuredApp(AppKind Kind, IReadOnlyList<AppSample> Rounds)
{
    public double CpuMicros => Median(round => round.CpuMicros);

    public double PerSecond => Median(round => round.Requests / round.Seconds);

    public double Allocated => Median(round => (double)round.AllocatedBytes / round.Requests);

    public double RefusedShare => Median(round => (double)round.Refused / round.Requests);

    /// <summary>The smallest and the largest round of <see cref="CpuMicros"/>.</summary>
    public (double Least, double Most) CpuRange => (Rounds.Min(round => round.CpuMicros), Rounds.Max(round => round.CpuMicros));

    /// <summary>The CPU time of a request as a ratio to that of another app, in each round.</summary>
    public double[] CpuTo(MeasuredApp other) => [.. Rounds.Zip(other.Rounds, (own, others) => own.CpuMicros / others.CpuMicros)];

    private double Median(Func<AppSample, double> figure) => Measured.MedianOf(Rounds.Select(figure));
}
