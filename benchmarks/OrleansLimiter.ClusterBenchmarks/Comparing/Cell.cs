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
    /// <summary>Runs before each turn, and is not measured.</summary>
    public Func<Task> PrepareAsync { get; init; } = () => Task.CompletedTask;

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

    /// <summary>CPU time of all processes for a million decisions: microseconds for one.</summary>
    public double CpuSecondsPerMillion => Median(CpuOf);

    /// <summary>The part of the first process, which is the front-end.</summary>
    public double FirstCpuSecondsPerMillion => Median(sample => sample.FirstCpuSeconds * 1e6 / sample.Outcome.Decisions);

    public double ResidentBytes => Median(sample => sample.ResidentBytes);

    public double RefusedShare => Median(sample => (double)sample.Outcome.Refused / sample.Outcome.Decisions);

    public long Uncounted => Samples.Sum(sample => sample.Outcome.Uncounted);

    /// <summary>Bytes that a decision allocates in the callers' process.</summary>
    public double Allocated => Median(sample => (double)sample.Outcome.Allocated / sample.Outcome.Decisions);

    /// <summary>Bytes that a decision allocates in the silos outside of it.</summary>
    public double SiloAllocated => Median(sample => (double)sample.Outcome.SiloAllocated / sample.Outcome.Decisions);

    /// <summary>The smallest and the largest round of <see cref="CpuSecondsPerMillion"/>.</summary>
    public (double Least, double Most) CpuRange => (Samples.Min(CpuOf), Samples.Max(CpuOf));

    /// <summary>The CPU time of a decision as a ratio to that of another cell: the median of the ratios of the same rounds.</summary>
    public double CpuTo(Measured other) => RatioTo(other, CpuOf);

    /// <summary>The rate as a ratio to that of another cell: the median of the ratios of the same rounds.</summary>
    public double RateTo(Measured other) => RatioTo(other, sample => sample.Outcome.PerSecond);

    private static double CpuOf(Sample sample) => sample.CpuSeconds * 1e6 / sample.Outcome.Decisions;

    private static double MedianOf(IEnumerable<double> figures)
    {
        double[] inOrder = [.. figures.Order()];
        return inOrder[inOrder.Length / 2];
    }

    private double RatioTo(Measured other, Func<Sample, double> figure) =>
        MedianOf(Samples.Zip(other.Samples, (own, others) => figure(own) / figure(others)));

    private double Median(Func<Sample, double> figure) => MedianOf(Samples.Select(figure));
}
