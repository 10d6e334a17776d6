using System.Diagnostics;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The duration of the measurements.</summary>
/// <param name="Rounds">The number of turns of each contender.</param>
/// <param name="Span">The duration of a turn.</param>
/// <param name="WarmsEach">Whether each measurement is warmed up, or only each kind of call of a contender.</param>
internal sealed record Pace(int Rounds, TimeSpan Span, bool WarmsEach)
{
    /// <summary>The duration of a warm-up. Default: half a turn.</summary>
    public TimeSpan WarmUp { get; init; } = Span / 2;

    /// <summary>For comparisons of contenders or of policies.</summary>
    public static readonly Pace Compared = new(9, TimeSpan.FromSeconds(2), WarmsEach: true);

    /// <summary>For growth.</summary>
    public static readonly Pace Full = Compared with { Rounds = 3 };

    /// <summary>For a check that everything works.</summary>
    public static readonly Pace Quick = new(1, TimeSpan.FromSeconds(1), WarmsEach: false);

    /// <summary>Applies the options: <c>--quick</c>, or <c>--rounds</c> with an odd number, so that there is a median.</summary>
    public static Pace Of(string[] options, Pace otherwise) => options switch
    {
        [] => otherwise,
        ["--quick"] => Quick,
        ["--rounds", var text] when int.TryParse(text, out int rounds) && int.IsPositive(rounds) && int.IsOddInteger(rounds) =>
            otherwise with { Rounds = rounds },
        _ => throw new ArgumentException($"not --quick or --rounds and an odd number: {string.Join(' ', options)}", nameof(options)),
    };

    public override string ToString() => FormattableString.Invariant(
        $"{(Rounds == 1 ? "one round" : $"the median of {Rounds} rounds")} of {Span.TotalSeconds:0} s");
}

/// <summary>
/// Contenders take turns, round by round, so that a slow minute of the machine affects all of them. Every second round is in reverse
/// order, so that no contender always follows the same one.
/// </summary>
internal static class Rounds
{
    // Compilation and garbage collection after a busy turn must not affect the first measurement.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static async Task<List<Measured>> MeasureAsync(IReadOnlyList<Cell> cells, Pace pace)
    {
        Progress.Write($"warming up, {cells.Count} measurements");
        foreach (Cell cell in pace.WarmsEach ? cells : cells.DistinctBy(cell => (cell.Contender, cell.How, cell.Shape.Limits)))
        {
            await cell.RunAsync(pace.WarmUp);
        }

        List<Sample>[] samples = [.. cells.Select(_ => new List<Sample>())];
        IEnumerable<int> order = Enumerable.Range(0, cells.Count);
        long began = Stopwatch.GetTimestamp();
        for (int round = 0; round < pace.Rounds; round++)
        {
            Progress.WriteRound(round, pace.Rounds, Stopwatch.GetElapsedTime(began));
            await Task.Delay(Settling);
            foreach (int i in round % 2 == 0 ? order : order.Reverse())
            {
                samples[i].Add(await MeasureAsync(cells[i], pace.Span));
            }
        }

        return [.. cells.Select((cell, i) => new Measured(cell, samples[i]))];
    }

    private static async Task<Sample> MeasureAsync(Cell cell, TimeSpan span)
    {
        await cell.PrepareAsync();
        int[] processes = [.. cell.Processes.Select(process => process.Id)];
        ProcessFigures[] before = ProcessFigures.Of(processes);
        Outcome outcome = await cell.RunAsync(span);
        ProcessFigures[] after = ProcessFigures.Of(processes);
        return new(
            outcome, [.. after.Zip(before, (end, start) => end.CpuSeconds - start.CpuSeconds)], after.Sum(process => process.ResidentBytes));
    }
}
