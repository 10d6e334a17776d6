using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>What callers and accounts notice of an event.</summary>
/// <param name="Excess">Admissions by buckets beyond the limit.</param>
/// <param name="ByOnFailure">Decisions by <c>on-failure</c>.</param>
/// <param name="Unanswered">Requests without an answer.</param>
internal sealed record Losses(int Excess, int ByOnFailure, int Unanswered)
{
    public static readonly Losses None = new(0, 0, 0);

    /// <summary>The accounts of decisions by <c>on-failure</c> and their durations, for each second since a time.</summary>
    public static string FailuresBySecond(IEnumerable<Decision> decisions, long since) => string.Join(
        "; ",
        decisions.Where(decision => decision.IsByOnFailure && decision.Received >= since)
            .GroupBy(
                decision => (int)Stopwatch.GetElapsedTime(since, decision.Received).TotalSeconds,
                decision => $"{decision.Account} ({decision.Micros / 1000:f0} ms)")
            .Select(second => $"{second.Key} s: {string.Join(' ', second)}"));

    public static Losses Of(IReadOnlyCollection<Decision> decisions) => new(
        Silo.Tests.Excess.ByAccount(decisions).Sum(account => account.Admissions),
        decisions.Count(decision => decision.IsByOnFailure),
        decisions.Count(decision => decision.Answer is null));
}
