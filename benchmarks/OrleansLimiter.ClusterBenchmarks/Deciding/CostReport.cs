using System.Text;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The costs of decisions as Markdown.</summary>
internal static class CostReport
{
    private const string Inside = DecisionCells.Inside;
    private const string OneSilo = DecisionCells.OneSilo;

    public static string Write(Costs costs, Pace pace)
    {
        var text = new StringBuilder();
        ReportHead.Write(text, "Cost of a decision", "limits.sh", pace);
        text.AppendLine();
        foreach (string left in costs.LeftOut)
        {
            text.AppendLine($"- Not measured: {left}");
        }

        ILookup<bool, Cost> rows = costs.Cells.ToLookup(cost => cost.Keys == Costs.Many || cost.IsPairedWithMany);
        Table(text, "By the number of limits", costs, rows[false], ToOneLimit, "to one limit");
        Table(text, "Many keys", costs, rows[true], ToFewerKeys, "to fewer keys");
        Goal.Write(text, Goals(costs));
        return text.ToString();
    }

    private static void Table(
        StringBuilder text, string title, Costs costs, IEnumerable<Cost> rows, Func<Costs, Cost, Measured?> baseline, string relativeTo)
    {
        text.AppendLine().AppendLine($"## {title}").AppendLine();
        text.AppendLine(
            $"| | keys | decisions a second | {relativeTo} | CPU µs a decision | of all rounds | {relativeTo} "
            + "| callers and front-end | silos | allocated: callers and front-end | silos | refused | lost to the deadline |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (Cost cost in rows)
        {
            Measured row = cost.Figures;
            Measured? other = baseline(costs, cost);
            bool hasSilos = row.Cell.Processes.Count > 1;
            text.AppendLine(
                $"| {row.Cell.Contender}; {cost.Case.Name} | {Numbers.Count(cost.Keys)} "
                + $"| {Numbers.Count(row.PerSecond)} | {(other is null ? "" : Numbers.Ratio(row.RateTo(other)))} "
                + $"| {Numbers.Ratio(row.CpuSecondsPerMillion)} "
                + $"| {Numbers.Ratio(row.CpuRange.Least)} to {Numbers.Ratio(row.CpuRange.Most)} "
                + $"| {(other is null ? "" : Numbers.Ratio(row.CpuTo(other)))} "
                + $"| {Numbers.Ratio(hasSilos ? row.FirstCpuSecondsPerMillion : row.CpuSecondsPerMillion)} "
                + $"| {(hasSilos ? Numbers.Ratio(row.CpuSecondsPerMillion - row.FirstCpuSecondsPerMillion) : "in them")} "
                + $"| {Numbers.Count(row.Allocated)} B | {(hasSilos ? $"{Numbers.Count(row.SiloAllocated)} B" : "in them")} "
                + $"| {Numbers.Percent(row.RefusedShare)} | {Numbers.Count(row.Uncounted)} |");
        }
    }

    private static Measured? ToOneLimit(Costs costs, Cost cost) =>
        cost.Case == LimitCase.One ? null : costs.Find(cost.Figures.Cell.Contender, LimitCase.One, cost.Keys);

    private static Measured? ToFewerKeys(Costs costs, Cost cost) =>
        cost.IsPairedWithMany ? null : costs.Find(cost.Figures.Cell.Contender, cost.Case, Costs.Some, paired: true);

    private static IEnumerable<Goal> Goals(Costs costs)
    {
        foreach (int keys in (int[])[Costs.Few, Costs.Some])
        {
            Measured Of(string place, LimitCase limits) => costs.Find(place, limits, keys)!;
            double Cpu(string place, LimitCase limits, LimitCase baseline) => Of(place, limits).CpuTo(Of(place, baseline));
            string at = $"{Numbers.Count(keys)} keys";
            yield return Goal.AtMostRatio($"two limits / one, CPU, {Inside}, {at}", 1.7, Cpu(Inside, LimitCase.Two, LimitCase.One));
            yield return Goal.AtMostRatio($"three limits / one, CPU, {Inside}, {at}", 2.4, Cpu(Inside, LimitCase.Three, LimitCase.One));
            yield return Goal.AtMostRatio(
                $"two limits / one, CPU of both sides, {OneSilo}, {at}", 1.6, Cpu(OneSilo, LimitCase.Two, LimitCase.One));
            foreach (string place in (string[])[Inside, OneSilo])
            {
                yield return Goal.AtMostRatio(
                    $"refused by the second of two limits / allowed by both, CPU, {place}, {at}", 1.2,
                    Cpu(place, LimitCase.RefusedBySecond, LimitCase.Two));
            }

            double bytes = Math.Round(Of(Inside, LimitCase.Two).Allocated);
            yield return new($"allocated by a decision of two limits, {Inside}, {at}", "0 B", $"{Numbers.Count(bytes)} B", bytes == 0);
        }

        yield return Goal.AtLeastRatio(
            $"two limits, {Inside} / two chained BCL limiters, rate, {Numbers.Count(Costs.Few)} keys", 1.5,
            costs.Find(Inside, LimitCase.Two, Costs.Few)!.RateTo(costs.Find(DecisionCells.Bcl, LimitCase.Two, Costs.Few)!));
        foreach (Cost many in costs.Cells.Where(cost => cost.Keys == Costs.Many))
        {
            string name = $"{many.Figures.Cell.Contender}, {many.Case.Name}";
            yield return Goal.AtLeastRatio(
                $"{Numbers.Count(Costs.Many)} keys / {Numbers.Count(Costs.Some)} keys, rate, {name}", 0.5,
                many.Figures.RateTo(ToFewerKeys(costs, many)!));
            long lost = many.Figures.Uncounted;
            yield return new(
                $"decisions lost to the deadline, {Numbers.Count(Costs.Many)} keys, {name}", "0", Numbers.Count(lost), lost == 0);
        }
    }
}
