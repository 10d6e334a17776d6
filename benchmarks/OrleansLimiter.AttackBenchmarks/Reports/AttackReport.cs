using System.Text;

namespace OrleansLimiter.AttackBenchmarks;

/// <summary>Writes the table of attacks.</summary>
internal static class AttackReport
{
    private const double MaxRatio = 2;
    private const double MaxMicrosAlone = 200_000;
    private const double MaxGrowth = 1.2;

    public static string Write(IReadOnlyList<AttackResult> results, IReadOnlyList<MemoryResult> memory, TimeSpan span, bool isQuick)
    {
        var text = new StringBuilder();
        text.AppendLine("# Attacks").AppendLine();
        text.Append(FormattableString.Invariant($"Measured {DateTime.UtcNow:yyyy-MM-dd} by `benchmarks/attacks.sh`: on loopback, "));
        text.Append(FormattableString.Invariant($"each attack once for {span.TotalSeconds:0} s, all on one process of each contender"));
        text.Append(isQuick ? ", in its short form, which shows only that it works. " : ". ");
        text.AppendLine("The lines are explained in [benchmarks/README.md](../README.md#attacks).");
        text.AppendLine().AppendLine(Machine.Describe()).AppendLine();
        text.AppendLine(
            "| attack | contender | honest caller: answers | failures | p50 | p99 | p99 to bare | process | attackers: answers/s | administration | peak memory | goal reached |");
        text.AppendLine("|---|---|--:|--:|--:|--:|--:|---|--:|---|--:|---|");
        foreach (AttackResult result in results)
        {
            AttackResult? bare = results.FirstOrDefault(each => each.Flood == result.Flood && !each.Contender.IsOurs);
            string ratio = result.Contender.IsOurs && result.P99 is { } own && bare?.P99 is { } other ? Numbers.Ratio(own / other) : "–";
            string administration = result.Administration switch { null => "–", true => "answers", false => "**fails**" };
            text.Append($"| {result.Flood.Title} | {result.Contender.Name} | {Numbers.Count(result.Micros.Length)} | {Numbers.Count(result.Failures)} ");
            text.Append($"| {Numbers.Wait(result.P50)} | {Numbers.Wait(result.P99)} | {ratio} | {(result.IsAlive ? "lives" : "**has ended**")} ");
            text.AppendLine($"| {(result.Served == 0 ? "–" : Numbers.Count(result.Served))} | {administration} | {Numbers.Mebibytes(result.PeakBytes)} | {Reached(result, bare)} |");
        }

        text.AppendLine().AppendLine("| memory | before | two minutes after all attacks | ratio | goal reached |").AppendLine("|---|--:|--:|--:|---|");
        foreach (MemoryResult each in memory)
        {
            double ratio = each.Before == 0 ? 0 : (double)each.After / each.Before;
            string reached = each.Contender.Name != Contender.Embedded ? "–" : ratio is > 0 and <= MaxGrowth ? "yes" : "no";
            text.AppendLine(
                $"| {each.Contender.Name} | {Numbers.Mebibytes(each.Before)} | {Numbers.Mebibytes(each.After)} | {Numbers.Ratio(ratio)} | {reached} |");
        }

        return text.ToString();
    }

    // No failure, and at most twice the p99 of the bare handler; if that one failed or died, at most 200 ms.
    private static string Reached(AttackResult result, AttackResult? bare)
    {
        if (!result.Contender.IsOurs)
        {
            return "–";
        }

        double most = bare is { IsAlive: true, Failures: 0, P99: { } p99 } ? MaxRatio * p99 : MaxMicrosAlone;
        return result is { IsAlive: true, Failures: 0, Administration: true } && result.P99 <= most ? "yes" : "no";
    }
}
