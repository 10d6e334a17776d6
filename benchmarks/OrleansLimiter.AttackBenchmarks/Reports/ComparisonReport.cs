using System.Text;

namespace OrleansLimiter.AttackBenchmarks;

/// <summary>Writes the medians of a comparison in rounds.</summary>
internal static class ComparisonReport
{
    public static string Write(IReadOnlyList<AttackResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| attack | contender | p50 | p99 | p99 of each round | attackers: answers/s | failures | peak memory |");
        text.AppendLine("|---|---|--:|--:|---|--:|--:|--:|");
        foreach (IGrouping<(Flood, Contender), AttackResult> each in results.GroupBy(result => (result.Flood, result.Contender)))
        {
            double?[] waits = [.. each.Select(result => result.P99)];
            text.Append($"| {each.Key.Item1.Name} | {each.Key.Item2.Name} | {Numbers.Wait(Median(each.Select(result => result.P50)))} ");
            text.Append($"| {Numbers.Wait(Median(waits))} | {string.Join(", ", waits.Select(Numbers.Wait))} ");
            text.Append($"| {Numbers.Count(Median(each.Select(result => (double?)result.Served)) ?? 0)} ");
            text.AppendLine($"| {each.Sum(result => result.Failures)} | {Numbers.Mebibytes(each.Max(result => result.PeakBytes))} |");
        }

        return text.ToString();
    }

    private static double? Median(IEnumerable<double?> values)
    {
        double?[] ascending = [.. values.Order()];
        return ascending[ascending.Length / 2];
    }
}
