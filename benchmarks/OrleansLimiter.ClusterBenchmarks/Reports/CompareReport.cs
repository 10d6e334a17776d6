using System.Text;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The results as Markdown.</summary>
internal static class CompareReport
{
    private const string Eval = DecisionCells.Eval;

    public static string Write(Comparison run, string others, Pace pace)
    {
        var text = new StringBuilder();
        ReportHead.Write(text, "Comparison with other limiters", "compare.sh", pace, others);
        text.AppendLine().AppendLine("![throughput and waits relative to the floor](compare.svg)");
        List(text, "Not measured:", run.LeftOut);
        List(text, "Verified again after a check that failed:", run.Repeated);
        foreach (Shape shape in Shape.All)
        {
            double floor = run.Of(Server.Floor, shape, Call.Authorize.Name).PerSecond;
            Table(text, $"Over HTTP, {shape.Name}", "to the floor", run, floor, each => each.Cell.Shape == shape && each.Cell.How == Call.Authorize.Name);
        }

        LimitsTable.Write(text, run);

        double eval = EvalRate(run);
        Table(text, "Over HTTP, JSON", "to the floor", run, run.Of(Server.Floor, Shape.Mix, Call.Authorize.Name).PerSecond, each => each.Cell.How == Call.Check.Name);
        Table(text, "Over HTTP, batches of 100", "to `EVAL`", run, eval, each => each.Cell.How == Call.Batch.Name);
        Table(text, "Without HTTP", "to `EVAL`", run, eval, each => each.Cell.How.EndsWith("s", StringComparison.Ordinal) || each.Cell.How == Cell.Callers(1));
        Rest(text, run);
        Goal.Write(text, Goal.Of(run));
        return text.ToString();
    }

    public static double EvalRate(Comparison run) => run.Of(Eval, Shape.Mix, $"{RedisBenchmark.Connections} connections").PerSecond;

    private static void Table(StringBuilder text, string title, string beside, Comparison run, double baseline, Func<Measured, bool> belongs)
    {
        text.AppendLine().AppendLine($"## {title}").AppendLine();
        text.AppendLine($"| | decisions a second | CPU µs a decision | {beside} | p50 | p99 | p99.9 | memory | refused | not counted |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (Measured row in run.Cells.Where(belongs))
        {
            text.AppendLine(
                $"| {Name(row.Cell)} | {Numbers.Count(row.PerSecond)} | {Numbers.Ratio(row.CpuSecondsPerMillion)} "
                + $"| {Numbers.Ratio(row.PerSecond / baseline)} | {Numbers.Wait(row.P50)} | {Numbers.Wait(row.P99)} | {Numbers.Wait(row.P999)} | {Numbers.Mebibytes(row.ResidentBytes)} "
                + $"| {Numbers.Percent(row.RefusedShare)} | {Numbers.Count(row.Uncounted)} |");
        }
    }

    private static void List(StringBuilder text, string title, IReadOnlyList<string> items)
    {
        if (items.Count > 0)
        {
            text.AppendLine().AppendLine(title).AppendLine();
            text.AppendJoin("", items.Select(item => $"- {item}{Environment.NewLine}"));
        }
    }

    private static string Name(Cell cell) =>
        cell.How == Call.Authorize.Name || cell.How == Call.Check.Name ? cell.Contender
        : cell.How == Call.Batch.Name ? $"{cell.Contender}; {cell.Shape.Name}"
        : $"{cell.Contender}; {cell.Shape.Name}; {cell.How}";

    private static void Rest(StringBuilder text, Comparison run)
    {
        text.AppendLine().AppendLine("## At half the peak").AppendLine();
        text.AppendLine($"{Numbers.Count(run.HalfPeak.PerSecond)} requests a second, half of what the silo with the front-end inside reaches; 1,000 keys.").AppendLine();
        text.AppendLine("| | reached | p50 | p99 | p99.9 |").AppendLine("|---|--:|--:|--:|--:|");
        foreach ((string name, Outcome waits) in run.HalfPeak.Waits)
        {
            text.AppendLine($"| {name} | {Numbers.Count(waits.PerSecond)} | {Numbers.Wait(waits.P50)} | {Numbers.Wait(waits.P99)} | {Numbers.Wait(waits.P999)} |");
        }

        text.AppendLine().AppendLine("## Allocated for a request").AppendLine();
        text.AppendLine("| | floor | embedded | beyond the floor |").AppendLine("|---|--:|--:|--:|");
        foreach ((Call call, Allocations bytes) in run.Allocations)
        {
            text.AppendLine(
                $"| {(call == Call.Authorize ? "GET authorize" : "JSON check")} | {Numbers.Count(bytes.Floor)} B | {Numbers.Count(bytes.Embedded)} B | {Numbers.Count(bytes.Beyond)} B |");
        }

        text.AppendLine().AppendLine("## Memory of a grain").AppendLine();
        text.AppendLine($"{Numbers.Count(run.GrainBytes)} bytes a living grain, at {Numbers.Count(GrainMemory.Grains)} grains.");
    }
}
