using System.Text;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The results as a chart with bars of throughput ratios. It has a background, so that it is readable on every page.</summary>
internal sealed class Chart
{
    private const int Width = 900;
    private const int Left = 300;
    private const int BarRoom = 270;
    private const int RowHeight = 22;

    private const string Style = """
        <style>
          text { font: 13px system-ui, sans-serif; fill: #24292f }
          text.head { font-weight: 600; font-size: 15px }
          text.small { font-size: 12px; fill: #6e7781 }
          .paper { fill: #ffffff }
          .ours { fill: #2166ac }
          .other { fill: #b6bdc5 }
          .unit { stroke: #c2500a; stroke-width: 1.5; stroke-dasharray: 4 3 }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 }
            text.small { fill: #9aa4af }
            .paper { fill: #14181f }
            .ours { fill: #6cb0f0 }
            .other { fill: #5b6570 }
            .unit { stroke: #f0954a }
          }
        </style>
        """;

    private readonly StringBuilder _body = new();
    private int _y = 30;

    public static string Draw(Comparison run)
    {
        var chart = new Chart();
        foreach (Shape shape in Shape.All)
        {
            double floor = run.Of(Server.Floor, shape, Call.Authorize.Name).PerSecond;
            chart.Panel(
                $"Over HTTP, {shape.Name}: decisions a second, relative to a bare Kestrel handler", floor,
                run.Cells.Where(each => each.Cell.Shape == shape && each.Cell.How == Call.Authorize.Name).Select(each => (each.Cell.Contender, each)));
        }

        foreach (Shape shape in Shape.ByLimits[1..])
        {
            double floor = run.Of(Server.Floor, Shape.Mix, Call.Authorize.Name).PerSecond;
            chart.Panel(
                $"Over HTTP, {shape.Name}: decisions a second, relative to a bare Kestrel handler", floor,
                run.Cells.Where(each => each.Cell.Shape == shape && each.Cell.How == Call.Authorize.Name).Select(each => (each.Cell.Contender, each)));
        }

        chart.Panel("1,024 callers without HTTP, and batches of 100: decisions a second, relative to Redis EVAL", CompareReport.EvalRate(run), Many(run));
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {chart._y}" role="img">
            <title>Throughput and waits of the limiters</title>
            <desc>Bars of decisions a second as a ratio to the dashed line; rate, median wait and 99th percentile in figures. The tables of compare.md contain the same figures.</desc>
            {Style}
            <rect class="paper" width="{Width}" height="{chart._y}" rx="6"/>
            <text class="small" x="{Width - 20}" y="30" text-anchor="end">blue: OrleansLimiter; dashed: 1.00</text>
            {chart._body}</svg>

            """.ReplaceLineEndings("\n");
    }

    private static IEnumerable<(string, Measured)> Many(Comparison run) => run.Cells
        .Where(each => each.Cell.Shape != Shape.Attack && each.Cell.Shape.Limits == 1)
        .Where(each => each.Cell.Contender == DecisionCells.Eval || each.Cell.How == Cell.Callers(1024)
            || (each.Cell.Contender == Server.Embedded && each.Cell.How == Call.Batch.Name))
        .OrderByDescending(each => each.Cell.Contender == DecisionCells.Eval)
        .Select(each => ($"{(each.Cell.How == Call.Batch.Name ? "batches, embedded" : each.Cell.Contender.Replace("`", ""))}; {each.Cell.Shape.Name}", each));

    private void Panel(string title, double unit, IEnumerable<(string Name, Measured Figures)> rows)
    {
        (string Name, Measured Figures)[] all = [.. rows];
        double scale = BarRoom / Math.Max(1, all.Max(row => row.Figures.PerSecond / unit));
        Text("head", 20, _y, title, "start");
        int top = _y += 14;
        foreach ((string name, Measured figures) in all)
        {
            double ratio = figures.PerSecond / unit;
            Text("", Left - 10, _y + 15, name, "end");
            bool ours = figures.Cell.Contender.StartsWith("OrleansLimiter", StringComparison.Ordinal) || figures.Cell.How == Cell.Callers(1024);
            string look = ours ? "ours" : "other";
            Add($"<rect class=\"{look}\" x=\"{Left}\" y=\"{_y + 3}\" width=\"{ratio * scale:0.#}\" height=\"{RowHeight - 6}\" rx=\"2\"/>");
            string waits = $"{Numbers.Count(figures.PerSecond)}/s · p50 {Numbers.Wait(figures.P50)} · p99 {Numbers.Wait(figures.P99)}";
            Text("", Left + BarRoom + 50, _y + 15, Numbers.Ratio(ratio), "end");
            Text("small", Left + BarRoom + 62, _y + 15, waits, "start");
            _y += RowHeight;
        }

        Add($"<path class=\"unit\" d=\"M{Left + scale:0.#} {top}V{_y}\"/>");
        _y += 34;
    }

    private void Text(string look, double x, double y, string text, string anchor) =>
        Add($"<text class=\"{look}\" x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{text}</text>");

    private void Add(FormattableString line) => _body.Append(FormattableString.Invariant(line)).Append('\n');
}
