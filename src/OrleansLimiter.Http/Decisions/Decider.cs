using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Http;

/// <summary>Asks the Limiter and counts what it says.</summary>
internal sealed class Decider(Limiter limiter, LimiterClock clock, LimiterMetrics metrics)
{
    public ValueTask<Decision> DecideAsync(in ResolvedCheck check)
    {
        long began = clock.Time.GetTimestamp();
        ValueTask<Decision> asked = limiter.CheckAsync(check.Served.Policy, check.Request);
        if (!asked.IsCompletedSuccessfully)
        {
            return CountedAsync(asked, check, began);
        }

        Decision decision = asked.Result;
        Count(check, decision, began);
        return new(decision);
    }

    private async ValueTask<Decision> CountedAsync(ValueTask<Decision> asked, ResolvedCheck check, long began)
    {
        Decision decision = await asked;
        Count(check, decision, began);
        return decision;
    }

    private void Count(in ResolvedCheck check, in Decision decision, long began) =>
        metrics.Decided(check.Served.Tally, decision, check.Request.Peek, clock.Time.GetElapsedTime(began));
}
