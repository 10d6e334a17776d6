namespace OrleansLimiter.Http;

/// <summary>Calls the <see cref="Limiter"/> and counts its decisions.</summary>
internal sealed class Decider(Limiter limiter, LimiterClock clock, LimiterMetrics metrics)
{
    /// <summary>The timestamp at which the first of several decisions begins.</summary>
    public long Timestamp => clock.Time.GetTimestamp();

    public ValueTask<Decision> DecideAsync(in ResolvedCheck check)
    {
        long began = Timestamp;
        return DecideAsync(check, ref began);
    }

    /// <summary>
    /// Decides one of several checks in sequence. The end of a decision is the start of the next, so the clock is read once for
    /// each.
    /// </summary>
    public ValueTask<Decision> DecideAsync(in ResolvedCheck check, ref long began)
    {
        ValueTask<Decision> pending = limiter.CheckAsync(check.Served.Policy, check.Request);
        if (!pending.IsCompletedSuccessfully)
        {
            return CountedAsync(pending, check, began);
        }

        Decision decision = pending.Result;
        began = Count(check, decision, began);
        return new(decision);
    }

    private async ValueTask<Decision> CountedAsync(ValueTask<Decision> pending, ResolvedCheck check, long began)
    {
        Decision decision = await pending;
        Count(check, decision, began);
        return decision;
    }

    private long Count(in ResolvedCheck check, in Decision decision, long began)
    {
        long ended = Timestamp;
        metrics.Decided(check.Served.Tally, decision, check.Request.Peek, clock.Time.GetElapsedTime(began, ended));
        return ended;
    }
}
