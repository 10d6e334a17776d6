using System.Diagnostics;
using System.Text;

namespace OrleansLimiter.FaultBenchmarks;

/// <summary>Writes the matrix.</summary>
internal static class FaultReport
{
    public static string Write(IReadOnlyList<FaultResult> results, IReadOnlyList<(FaultEvent Event, string Error)> broken, bool isQuick)
    {
        var text = new StringBuilder();
        text.AppendLine("# Faults").AppendLine();
        text.Append(FormattableString.Invariant($"Measured {DateTime.UtcNow:yyyy-MM-dd} by `benchmarks/faults.sh`: "));
        text.Append("processes on loopback, each event once");
        text.Append(isQuick ? ", in its short form, which shows only that it works. " : ". ");
        text.AppendLine("The lines are explained in [benchmarks/README.md](../README.md#faults).");
        text.AppendLine().AppendLine(Machine.Describe()).AppendLine();
        text.Append("| event | excess by buckets | decisions | by on-failure | the last after | without an answer | p99 | longest ");
        text.AppendLine("| goal: excess; on-failure | reached |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|---|---|");
        foreach (FaultResult result in results)
        {
            WriteLine(text, result);
        }

        foreach ((FaultEvent of, _) in broken)
        {
            text.AppendLine($"| {of.Title} | – | – | – | – | – | – | – | {of.Goal} | no |");
        }

        results.ToList().ForEach(result => WriteSteps(text, result));
        foreach ((FaultEvent of, string error) in broken)
        {
            text.AppendLine().AppendLine($"## {Heading(of)}").AppendLine().AppendLine($"The run of this event failed: {error}");
        }

        return text.ToString();
    }

    private static void WriteLine(StringBuilder text, FaultResult result)
    {
        FaultEvent of = result.Event;
        (int excess, int byOnFailure, int unanswered) = result.Losses;
        text.Append($"| {of.Title} | {Numbers.Count(excess)} | {Numbers.Count(result.Decisions.Length)} ");
        text.Append($"| {Numbers.Count(byOnFailure)} | {Seconds(result.Steps[0], result.Decisions)} | {Numbers.Count(unanswered)} ");
        text.AppendLine($"| {Waits(result.Decisions)} | {of.Goal} | {(result.IsAsExpected && of.IsReached(result) ? "yes" : "no")} |");
    }

    private static void WriteSteps(StringBuilder text, FaultResult result)
    {
        text.AppendLine().AppendLine($"## {Heading(result.Event)}").AppendLine();
        text.AppendLine("| from | after | decisions | by on-failure | the last after | p99 | longest |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|");
        WriteStep(text, "before", "", "–", result.Before);
        foreach (Step step in result.Steps)
        {
            Decision[] during = result.During(step);
            string after = $"{Stopwatch.GetElapsedTime(result.Steps[0].At, step.At).TotalSeconds:f1} s";
            WriteStep(text, step.Name, after, Seconds(step, during), during);
        }

        text.AppendLine();
        WriteAccounts(text, result);
        Array.ForEach(result.Notes, note => text.AppendLine($"- {note}"));
    }

    private static void WriteStep(StringBuilder text, string name, string after, string last, Decision[] decisions)
    {
        int byOnFailure = decisions.Count(decision => decision.IsByOnFailure);
        text.Append($"| {name} | {after} | {Numbers.Count(decisions.Length)} | {Numbers.Count(byOnFailure)} | {last} ");
        text.AppendLine($"| {Waits(decisions)} |");
    }

    private static void WriteAccounts(StringBuilder text, FaultResult result)
    {
        Decision[] failures = [.. result.Decisions.Where(decision => decision.IsByOnFailure)];
        if (failures.Length > 0)
        {
            int old = failures.Where(decision => decision.Traffic is not null).Select(decision => decision.Account).Distinct().Count();
            int fresh = failures.Count(decision => decision.Traffic is null);
            int allFresh = result.Decisions.Count(decision => decision.Traffic is null);
            text.Append($"- On-failure decided for {old} of {Traffic.All.Length * Traffic.Accounts} accounts at their limits, ");
            text.AppendLine($"and for {Numbers.Count(fresh)} of {Numbers.Count(allFresh)} new accounts.");
        }

        if (result.Steps.Length == 1 && result.RecoveredAfter() is { Length: > 0 } recovered)
        {
            text.Append($"- The buckets of {recovered.Length} of these accounts refused again, with the counts from before, ");
            text.AppendLine($"{recovered[0].TotalSeconds:f1} to {recovered[^1].TotalSeconds:f1} s after the event.");
        }

        if (result.Exceeded.Count > 0)
        {
            IEnumerable<string> accounts = result.Exceeded.Select(each => $"{each.Account} {Numbers.Count(each.Admissions)}");
            text.AppendLine($"- Excess: {string.Join(", ", accounts)}.");
        }
    }

    // The time from a step to the last of its decisions by on-failure.
    private static string Seconds(Step step, Decision[] decisions)
    {
        long last = decisions.Where(decision => decision.IsByOnFailure).Select(decision => decision.Received).DefaultIfEmpty(0).Max();
        return last == 0 ? "–" : $"{Stopwatch.GetElapsedTime(step.At, last).TotalSeconds:f1} s";
    }

    private static string Waits(Decision[] decisions)
    {
        double[] waits = [.. decisions.Where(decision => decision.Answer is not null).Select(decision => decision.Micros).Order()];
        return waits.Length == 0
            ? "– | –"
            : $"{Numbers.Wait(waits[(int)Math.Ceiling(0.99 * waits.Length) - 1])} | {Numbers.Wait(waits[^1])}";
    }

    private static string Heading(FaultEvent of) => char.ToUpperInvariant(of.Title[0]) + of.Title[1..];
}
