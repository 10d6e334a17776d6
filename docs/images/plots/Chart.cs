namespace OrleansLimiter.Plots;

/// <summary>
/// One picture of a run: above, what was offered and admitted in each half second; below, what was admitted in the
/// window that ends at each moment, beside the limit.
/// </summary>
internal static class Chart
{
    private const int Left = 64;
    private const int Right = 700;
    private static readonly TimeSpan Bar = TimeSpan.FromMilliseconds(500);

    public static string Of(string name, Run run, int bound)
    {
        string burst = run.Rule.Burst > 0 ? $", burst {run.Rule.Burst}" : "";
        var svg = new Svg(
            760, 430, $"{name}: {run.Rule.Permits} permits per {run.Rule.Window.TotalSeconds:0} s{burst}",
            $"{OfferedLoad.Times.Count} requests offered, {run.Admitted.Count} admitted, "
            + $"at most {run.Most} in any {run.Rule.Window.TotalSeconds:0} s");
        Rates(svg, run, new Panel(Left, Right, Top: 84, Bottom: 184, OfferedLoad.Length, Highest: 16));
        Windows(svg, run, bound, new Panel(Left, Right, Top: 236, Bottom: 376, OfferedLoad.Length, Highest: 45));
        return svg.ToString();
    }

    private static void Rates(Svg svg, Run run, Panel panel)
    {
        svg.Text("small", Left, panel.Top - 10, "requests per 0.5 s");
        svg.Key(Right - 170, panel.Top - 10, "refused", "refused");
        svg.Key(Right - 86, panel.Top - 10, "admitted", "admitted");
        panel.Axes(svg, [0, 5, 10, 15]);
        for (TimeSpan from = TimeSpan.Zero; from < OfferedLoad.Length; from += Bar)
        {
            int offered = In(OfferedLoad.Times, from);
            int admitted = In(run.Admitted, from);
            (double x, double width) = (panel.X(from) + 0.75, panel.X(Bar) - panel.X(TimeSpan.Zero) - 1.5);
            svg.Box("refused", x, panel.Y(offered), width, panel.Y(admitted) - panel.Y(offered));
            svg.Box("admitted", x, panel.Y(admitted), width, panel.Y(0) - panel.Y(admitted));
        }
    }

    private static void Windows(Svg svg, Run run, int bound, Panel panel)
    {
        svg.Text("small", Left, panel.Top - 10, $"admitted in the last {run.Rule.Window.TotalSeconds:0} s");
        panel.Axes(svg, [0, 10, 20, 30, 40]);
        panel.Level(svg, "limit", run.Rule.Permits, bound == run.Rule.Permits ? $"limit {bound}" : $"permits {run.Rule.Permits}");
        if (bound != run.Rule.Permits)
        {
            panel.Level(svg, "bound", bound, $"never over {bound}");
        }

        var path = new List<(double X, double Y)> { (panel.X(TimeSpan.Zero), panel.Y(0)) };
        foreach (Instant at in run.Changes.Where(at => at.Ticks < OfferedLoad.Length.Ticks))
        {
            double x = panel.X(new TimeSpan(at.Ticks));
            path.Add((x, path[^1].Y));
            path.Add((x, panel.Y(run.InWindowUntil(at))));
        }

        path.Add((panel.X(OfferedLoad.Length), path[^1].Y));
        svg.Line("count", path);
        svg.Middle("small", (Left + Right) / 2.0, panel.Bottom + 40, "time in seconds");
    }

    private static int In(IEnumerable<Instant> times, TimeSpan from) =>
        times.Count(at => at.Ticks >= from.Ticks && at.Ticks < (from + Bar).Ticks);
}
