namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>One measurement: a contender under one kind of call and traffic.</summary>
/// <param name="Contender">The name of the contender.</param>
/// <param name="Shape">The traffic.</param>
/// <param name="How">The call over HTTP, or the number of callers.</param>
/// <param name="Processes">The processes of the contender.</param>
/// <param name="RunAsync">Runs the load for a duration.</param>
internal sealed record Cell(
    string Contender, Shape Shape, string How, IReadOnlyList<Child> Processes, Func<TimeSpan, Task<Outcome>> RunAsync)
{
    /// <summary>Runs before each turn, and is not measured.</summary>
    public Func<Task> PrepareAsync { get; init; } = () => Task.CompletedTask;

    public static string Callers(int callers) => callers == 1 ? "1 caller" : $"{callers:n0} callers";
}

/// <summary>One round of a cell.</summary>
/// <param name="Outcome">The result of the load.</param>
/// <param name="CpuSecondsOfEach">The CPU time of each process and its children. The first is the front-end.</param>
/// <param name="ResidentBytes">The resident memory of all processes.</param>
internal sealed record Sample(Outcome Outcome, IReadOnlyList<double> CpuSecondsOfEach, long ResidentBytes)
{
    /// <summary>The CPU time of all processes.</summary>
    public double CpuSeconds => CpuSecondsOfEach.Sum();
}

/// <summary>All rounds of a cell. A figure is the median of its rounds.</summary>
internal sealed record Measured(Cell Cell, IReadOnlyList<Sample> Samples)
{
    public double PerSecond => Median(sample => sample.Outcome.PerSecond);

    public double P50 => Median(sample => sample.Outcome.P50);

    public double P99 => Median(sample => sample.Outcome.P99);

    public double? P999 => Samples[0].Outcome.P999 is null ? null : Median(sample => sample.Outcome.P999!.Value);

    /// <summary>The CPU time of all processes for a million decisions, which is the microseconds of one.</summary>
    public double CpuSecondsPerMillion => Median(CpuOf);

    /// <summary>The share of the first process, which is the front-end.</summary>
    public double FirstCpuSecondsPerMillion => Median(sample => sample.CpuSecondsOfEach[0] * 1e6 / sample.Outcome.Decisions);

    /// <summary>The part of the busiest silo in the CPU time of all silos.</summary>
    public double BusiestSiloShare =>
        Median(sample => sample.CpuSecondsOfEach.Skip(1).Max() / sample.CpuSecondsOfEach.Skip(1).Sum());

    public double ResidentBytes => Median(sample => sample.ResidentBytes);

    public double RefusedShare => Median(sample => (double)sample.Outcome.Refused / sample.Outcome.Decisions);

    public long Uncounted => Samples.Sum(sample => sample.Outcome.Uncounted);

    /// <summary>The bytes that a decision allocates in the process of the callers.</summary>
    public double Allocated => Median(sample => (double)sample.Outcome.Allocated / sample.Outcome.Decisions);

    /// <summary>The bytes that a decision allocates in silos in other processes.</summary>
    public double SiloAllocated => Median(sample => (double)sample.Outcome.SiloAllocated / sample.Outcome.Decisions);

    /// <summary>The smallest and the largest round of <see cref="CpuSecondsPerMillion"/>.</summary>
    public (double Least, double Most) CpuRange => (Samples.Min(CpuOf), Samples.Max(CpuOf));

    /// <summary>The CPU time of a decision as a ratio to that of another cell: the median of the ratios of the same rounds.</summary>
    public double CpuTo(Measured other) => RatioTo(other, CpuOf);

    /// <summary>The smallest and the largest of the ratios of <see cref="CpuTo"/>.</summary>
    public (double Least, double Most) CpuToRange(Measured other)
    {
        double[] ratios = [.. RatiosTo(other, CpuOf)];
        return (ratios.Min(), ratios.Max());
    }

    /// <summary>The rate as a ratio to that of another cell: the median of the ratios of the same rounds.</summary>
    public double RateTo(Measured other) => RatioTo(other, sample => sample.Outcome.PerSecond);

    /// <summary>The median of an odd number of figures.</summary>
    public static double MedianOf(IEnumerable<double> figures)
    {
        double[] inOrder = [.. figures.Order()];
        return inOrder[inOrder.Length / 2];
    }

    private static double CpuOf(Sample sample) => sample.CpuSeconds * 1e6 / sample.Outcome.Decisions;

    private double RatioTo(Measured other, Func<Sample, double> figure) => MedianOf(RatiosTo(other, figure));

    private IEnumerable<double> RatiosTo(Measured other, Func<Sample, double> figure) =>
        Samples.Zip(other.Samples, (own, others) => figure(own) / figure(others));

    private double Median(Func<Sample, double> figure) => MedianOf(Samples.Select(figure));
}
