using System.Text;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Each contender with one, two and three limits, side by side.</summary>
internal static class LimitsTable
{
    public static void Write(StringBuilder text, Comparison run)
    {
        Write(text, "Over HTTP, 1,000 keys, by the number of limits", "server CPU µs a request", run, overHttp: true);
        Write(text, "Without HTTP, 1,000 keys, by the number of limits", "CPU µs a decision", run, overHttp: false);
    }

    private static void Write(StringBuilder text, string title, string cpu, Comparison run, bool overHttp)
    {
        Shape[] shapes = Shape.ByLimits;
        text.AppendLine().AppendLine($"## {title}").AppendLine();
        text.AppendLine(
            $"| | decisions a second: one limit | two | three | {cpu}: one limit | two | three "
            + "| CPU, two to one | three to one | refused | not counted |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (Measured one in run.Cells.Where(each => each.Cell.Shape == shapes[0] && IsCall(each.Cell.How) == overHttp))
        {
            Measured[] all = [one, .. shapes[1..].SelectMany(shape => run.Cells.Where(each => IsSame(one.Cell, each.Cell, shape)))];
            if (all.Length == shapes.Length)
            {
                string name = overHttp ? one.Cell.Contender : $"{one.Cell.Contender}; {one.Cell.How}";
                text.AppendLine(
                    $"| {name} {Cells(all, each => Numbers.Count(each.PerSecond))}"
                    + $"{Cells(all, each => Numbers.Ratio(each.CpuSecondsPerMillion))}"
                    + $"{Cells(all[1..], each => Numbers.Ratio(each.CpuTo(one)))}| {Numbers.Percent(all.Max(each => each.RefusedShare))} "
                    + $"| {Numbers.Count(all.Sum(each => each.Uncounted))} |");
            }
        }
    }

    private static string Cells(IEnumerable<Measured> all, Func<Measured, string> figure) =>
        string.Concat(all.Select(each => $"| {figure(each)} "));

    private static bool IsSame(Cell one, Cell other, Shape shape) =>
        (other.Contender, other.How, other.Shape) == (one.Contender, one.How, shape);

    private static bool IsCall(string how) => how == Call.Authorize.Name || how == Call.Check.Name || how == Call.Batch.Name;
}
