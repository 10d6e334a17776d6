using System.Diagnostics;

namespace OrleansLimiter.FaultBenchmarks;

/// <summary>What an event did.</summary>
/// <param name="Event">The event.</param>
/// <param name="All">All decisions, in the order of their answers, from before the event to its end.</param>
/// <param name="Steps">The steps, at least one. The event begins with the first.</param>
/// <param name="Notes">Sentences for the results.</param>
/// <param name="IsAsExpected">Whether every expectation of the event was met.</param>
internal sealed record FaultResult(FaultEvent Event, Decision[] All, Step[] Steps, string[] Notes, bool IsAsExpected)
{
    /// <summary>The decisions since the event began.</summary>
    public Decision[] Decisions { get; } = [.. All.Where(decision => decision.Received >= Steps[0].At)];

    /// <summary>The decisions before the event, without those that used the limits up.</summary>
    public Decision[] Before { get; } = [.. All.Where(decision => decision.Received < Steps[0].At && decision.Cost == 1)];

    /// <summary>The excess of each account that has any.</summary>
    public IReadOnlyList<AccountExcess> Exceeded { get; } = Excess.ByAccount(All);

    /// <summary>What was lost since the event began.</summary>
    public Losses Losses => Losses.Of(Decisions) with { Excess = Exceeded.Sum(account => account.Admissions) };

    /// <summary>Whether buckets lost no count, <c>on-failure</c> never decided, and every request was answered.</summary>
    public bool IsUnnoticed => Losses == Losses.None;

    /// <summary>Whether no account got more than its permits once more.</summary>
    public bool IsLostOnce => Exceeded.All(account => account.Admissions <= account.Traffic.Permits);

    /// <summary>The time from a step to the last decision by <c>on-failure</c>; zero if there was none.</summary>
    public TimeSpan LastFailureAfter(Step step)
    {
        long last = Decisions.Where(decision => decision.IsByOnFailure).Select(decision => decision.Received).Append(step.At).Max();
        return Stopwatch.GetElapsedTime(step.At, last);
    }

    /// <summary>
    /// For each account at its limit for which <c>on-failure</c> decided: the time from the beginning of the event until its bucket refused
    /// a request again, so with the counts from before.
    /// </summary>
    public TimeSpan[] RecoveredAfter() =>
    [
        .. Decisions.Where(decision => decision.Traffic is not null)
            .GroupBy(decision => decision.Account)
            .Where(account => account.Any(decision => decision.IsByOnFailure))
            .Select(account => account.SkipWhile(decision => !decision.IsByOnFailure).FirstOrDefault(decision => decision.IsRefusal))
            .OfType<Decision>()
            .Select(decision => Stopwatch.GetElapsedTime(Steps[0].At, decision.Received))
            .Order(),
    ];

    /// <summary>The decisions from a step until the next.</summary>
    public Decision[] During(Step step)
    {
        long end = Steps.Where(other => other.At > step.At).Select(other => other.At).Append(long.MaxValue).Min();
        return [.. Decisions.Where(decision => decision.Received >= step.At && decision.Received < end)];
    }
}
