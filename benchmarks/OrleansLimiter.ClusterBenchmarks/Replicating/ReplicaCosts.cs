using System.Text;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What replicas cost: clusters that send them beside clusters that do not, in one run.</summary>
internal static class ReplicaCosts
{
    private const int Keys = 10_000;
    private const double MinRate = 0.9;
    private const double MaxCpu = 1.15;

    private static readonly Shape s_shape = Shape.Mix with { Name = $"{Numbers.Count(Keys)} keys", Keys = Keys };

    public static async Task<string> MeasureAsync(string repository, Pace pace)
    {
        await using var site = new Site(repository);
        Cluster[] inside = await BothAsync(replicas => Cluster.StartInsideAsync(site, more: 1, replicas));
        Cluster[] outside = await BothAsync(replicas => Cluster.StartAsync(site, silos: 3, replicas));
        List<Sent> sent = [];
        List<Measured> measured = await Rounds.MeasureAsync(
            [
                .. CellsOf("callers in one of two silos", inside, 64, null),
                .. CellsOf(DecisionCells.ThreeSilos, outside, 1_024, sent),
            ],
            pace);

        var text = new StringBuilder();
        ReportHead.Write(text, "Replicas", "replicas.sh", pace);
        Write(text, measured);
        double bytes = sent.Average(each => each.Bytes / each.Seconds / (Keys / 1_000.0));
        double groups = sent.Average(each => each.Groups / each.Seconds);
        text.AppendLine().AppendLine(
            $"The three silos sent {Numbers.Count(groups)} states a second to each other, and {Numbers.Count(bytes)} bytes a second for "
            + $"1,000 active keys: each key about every {Numbers.Ratio(Keys / groups)} s, and "
            + $"{Numbers.Count(sent.Average(each => (double)each.Bytes / each.Groups))} bytes for a state with its key.");
        return text.ToString();
    }

    private static async Task<Cluster[]> BothAsync(Func<bool, Task<Cluster>> start)
    {
        Cluster[] both = [await start(false), await start(true)];
        foreach (Cluster cluster in both)
        {
            await cluster.FillAsync(s_shape);
        }

        return both;
    }

    private static IEnumerable<Cell> CellsOf(string name, Cluster[] both, int callers, List<Sent>? sent) =>
        both.Select((cluster, i) =>
        {
            Cell cell = cluster.Cell($"{name}; replicas {(i == 0 ? "off" : "on")}", s_shape, callers);
            return i == 0 || sent is null ? cell : cell with { RunAsync = span => RunAsync(cell, cluster, span, sent) };
        });

    private static async Task<Outcome> RunAsync(Cell cell, Cluster cluster, TimeSpan span, List<Sent> sent)
    {
        (long groups, long bytes) = await SentAsync(cluster);
        Outcome outcome = await cell.RunAsync(span);
        (long groupsAfter, long bytesAfter) = await SentAsync(cluster);
        sent.Add(new(groupsAfter - groups, bytesAfter - bytes, outcome.Seconds));
        return outcome;
    }

    private static async Task<(long Groups, long Bytes)> SentAsync(Cluster cluster)
    {
        (long Groups, long Bytes)[] each = await Task.WhenAll(cluster.Silos.Select(Allocated.ReplicatedByAsync));
        return (each.Sum(silo => silo.Groups), each.Sum(silo => silo.Bytes));
    }

    private static void Write(StringBuilder text, List<Measured> rows)
    {
        text.AppendLine();
        text.AppendLine("| | callers | decisions a second | CPU µs a decision | p50 | p99 | rate to off | CPU to off | goal reached |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|---|");
        for (int i = 0; i < rows.Count; i++)
        {
            Measured row = rows[i];
            string ratios = " | | | ";
            if (i % 2 == 1)
            {
                (double rate, double cpu) = (row.RateTo(rows[i - 1]), row.CpuTo(rows[i - 1]));
                string reached = rate >= MinRate && cpu <= MaxCpu ? "yes" : "no";
                ratios = $" {Numbers.Ratio(rate)} | {Numbers.Ratio(cpu)} | {reached} (at least {MinRate}; at most {MaxCpu}) ";
            }

            text.AppendLine(
                $"| {row.Cell.Contender} | {row.Cell.How} | {Numbers.Count(row.PerSecond)} | {Numbers.Ratio(row.CpuSecondsPerMillion)} "
                + $"| {Numbers.Wait(row.P50)} | {Numbers.Wait(row.P99)} |{ratios}|");
        }
    }

    private sealed record Sent(long Groups, long Bytes, double Seconds);
}
