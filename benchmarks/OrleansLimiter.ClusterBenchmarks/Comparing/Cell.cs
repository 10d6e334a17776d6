namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>One thing that is measured: a contender, asked in one way by one kind of traffic.</summary>
/// <param name="Contender">Who is asked.</param>
/// <param name="Shape">Who asks.</param>
/// <param name="How">The call over HTTP, or how many callers there are.</param>
/// <param name="Processes">What the contender consists of.</param>
/// <param name="RunAsync">Asks for a while.</param>
internal sealed record Cell(
    string Contender, Shape Shape, string How, IReadOnlyList<Child> Processes, Func<TimeSpan, Task<Outcome>> RunAsync)
{
    public static string Callers(int callers) => callers == 1 ? "1 caller" : $"{callers:n0} callers";
}

/// <summary>One round of a cell.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="FirstCpuSeconds">What the first process and those below it used.</param>
/// <param name="CpuSeconds">What all of them used.</param>
/// <param name="ResidentBytes">What all of them hold.</param>
internal sealed record Sample(Outcome Outcome, double FirstCpuSeconds, double CpuSeconds, long ResidentBytes);

/// <summary>All rounds of a cell. A figure is the median of its rounds.</summary>
internal sealed record Measured(Cell Cell, IReadOnlyList<Sample> Samples)
{
    public double PerSecond => Median(sample => sample.Outcome.PerSecond);

    public double P50 => Median(sample => sample.Outcome.P50);

    public double P99 => Median(sample => sample.Outcome.P99);

    public double? P999 => Samples[0].Outcome.P999 is null ? null : Median(sample => sample.Outcome.P999!.Value);

    public double CpuSecondsPerMillion => Median(sample => sample.CpuSeconds * 1e6 / sample.Outcome.Decisions);

    /// <summary>The part of the first process, which is the front-end.</summary>
    public double FirstCpuSecondsPerMillion => Median(sample => sample.FirstCpuSeconds * 1e6 / sample.Outcome.Decisions);

    public double ResidentBytes => Median(sample => sample.ResidentBytes);

    public double RefusedShare => Median(sample => (double)sample.Outcome.Refused / sample.Outcome.Decisions);

    public long Uncounted => Samples.Sum(sample => sample.Outcome.Uncounted);

    private double Median(Func<Sample, double> figure) => Samples.Select(figure).Order().ElementAt(Samples.Count / 2);
}
