using System.Text;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Writes the results of <see cref="EnforcementCosts"/>.</summary>
internal static class EnforcementReport
{
    private const int MaxBytes = 120;

    public static string Write(List<MeasuredApp> measured, Pace pace)
    {
        MeasuredApp Of(AppKind kind) => measured.Single(each => each.Kind == kind);
        MeasuredApp alone = Of(AppKind.Alone);
        var text = new StringBuilder();
        ReportHead.Write(text, "Middleware", "middleware.sh", FormattableString.Invariant(
            $"{(pace.Rounds == 1 ? "one round" : $"the median of {pace.Rounds} rounds")} of {EnforcementCosts.Turns * EnforcementCosts.TurnRequests:n0} requests"));
        text.AppendLine().AppendLine(FormattableString.Invariant(
            $"{PacedLoad.Connections} connections, {RunningApp.Accounts:n0} accounts. All decisions are made in the process of the app."));
        text.AppendLine();
        text.AppendLine(
            "| | CPU µs a request | of all rounds | CPU to the app alone | of all rounds | allocated | beyond the app alone "
            + "| requests a second | refused |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (MeasuredApp row in measured)
        {
            text.AppendLine(
                $"| {row.Kind.Name} | {Numbers.Ratio(row.CpuMicros)} | {Range(row.CpuRange)} | {Columns(row.CpuTo(alone))} "
                + $"| {Numbers.Count(row.Allocated)} B | {Numbers.Count(row.Allocated - alone.Allocated)} B "
                + $"| {Numbers.Count(row.PerSecond)} | {Numbers.Percent(row.RefusedShare)} |");
        }

        text.AppendLine().AppendLine(
            "The app without a limiter, so a limiter that costs nothing, needs "
            + $"{Ratios(alone.CpuTo(Of(AppKind.BuiltIn)))} of the CPU of one sliding window of ASP.NET Core, and "
            + $"{Ratios(alone.CpuTo(Of(AppKind.BuiltInTwo)))} of two chained ones.");
        Goal.Write(text,
        [
            Cpu("one limit / the app without a limiter", 1.1, Of(AppKind.Ours), alone),
            Cpu("one limit / sliding window of ASP.NET Core", 1, Of(AppKind.Ours), Of(AppKind.BuiltIn)),
            Cpu("two limits / two chained sliding windows of ASP.NET Core", 0.9, Of(AppKind.OursTwo), Of(AppKind.BuiltInTwo)),
            Bytes("one limit, allowed", Of(AppKind.Ours), alone),
            Bytes("one limit, refused", Of(AppKind.OursRefused), alone),
        ]);
        return text.ToString();
    }

    private static Goal Cpu(string measure, double atMost, MeasuredApp one, MeasuredApp other)
    {
        double[] ratios = one.CpuTo(other);
        return Goal.AtMostRatio($"CPU of a request, {measure}", atMost, Measured.MedianOf(ratios)) with { Reached = Ratios(ratios) };
    }

    private static Goal Bytes(string measure, MeasuredApp one, MeasuredApp alone)
    {
        double beyond = one.Allocated - alone.Allocated;
        return new(
            $"allocated for a request beyond the app without a limiter, {measure}", $"at most {MaxBytes} B", $"{Numbers.Count(beyond)} B",
            beyond <= MaxBytes);
    }

    private static string Ratios(double[] ratios) =>
        $"{Numbers.Ratio(Measured.MedianOf(ratios))} ({Range((ratios.Min(), ratios.Max()))})";

    private static string Columns(double[] ratios) =>
        $"{Numbers.Ratio(Measured.MedianOf(ratios))} | {Range((ratios.Min(), ratios.Max()))}";

    private static string Range((double Least, double Most) range) => $"{Numbers.Ratio(range.Least)} to {Numbers.Ratio(range.Most)}";
}
