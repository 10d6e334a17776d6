namespace OrleansLimiter.Decisions;

/// <summary>Selects the limit that a response reports.</summary>
public static class Reporting
{
    /// <summary>
    /// Selects the limit for <c>limit</c>, <c>remaining</c>, <c>window-*</c> and <c>reset-*</c>. If the policy has <c>report</c>: the
    /// first of those limits that applied and is available. Otherwise the most binding limit: of the limits that refuse, the one with
    /// the longest wait ("never" is the longest); if none refuses, the one with the smallest fraction of its permits remaining. If
    /// limits are equal, the first one in the policy's order.
    /// </summary>
    /// <returns>The index in the decision; -1 if there is no such limit.</returns>
    public static int Of(in Decision decision)
    {
        var report = decision.Policy.Definition.Responses.Report;
        if (report.IsEmpty)
        {
            return decision.Count == 1 ? (decision.IsAvailable(0) ? 0 : -1) : MostBinding(decision);
        }

        foreach (string name in report)
        {
            for (int i = 0; i < decision.Count; i++)
            {
                var outcome = decision[i];
                if (outcome.IsAvailable && outcome.Limit.Name == name)
                {
                    return i;
                }
            }
        }

        return -1;
    }

    private static int MostBinding(in Decision decision)
    {
        int best = -1;
        Reading bestReading = default;
        for (int i = 0; i < decision.Count; i++)
        {
            var outcome = decision[i];
            if (outcome.IsAvailable && (best < 0 || IsMoreBinding(outcome.Reading, bestReading)))
            {
                (best, bestReading) = (i, outcome.Reading);
            }
        }

        return best;
    }

    // A more binding verdict has a higher number. Fractions are compared by cross multiplication; both products are below 2^62.
    private static bool IsMoreBinding(in Reading one, in Reading other) =>
        one.Verdict != other.Verdict ? one.Verdict > other.Verdict
        : one.Verdict == Verdict.Allowed ? (long)one.Remaining * other.Limit < (long)other.Remaining * one.Limit
        : one.RetryAfter > other.RetryAfter;
}
