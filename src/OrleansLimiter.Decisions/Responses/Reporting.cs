namespace OrleansLimiter.Decisions;

/// <summary>Selects the limit that a response reports.</summary>
public static class Reporting
{
    /// <summary>
    /// The limit that <c>limit</c>, <c>remaining</c>, <c>window-*</c> and <c>reset-*</c> speak of. Where the policy says
    /// <c>report</c>: the first of those that applied and could be asked. Else the most binding: of the limits that
    /// refuse, the one with the longest wait ("never" is the longest); where none refuses, the one with the smallest
    /// part of its permits left. Ties go to the policy's order.
    /// </summary>
    /// <param name="decision">The decision.</param>
    /// <returns>Its place in the decision; -1 where there is none.</returns>
    public static int Of(in Decision decision)
    {
        var report = decision.Policy.Definition.Responses.Report;
        if (report.IsEmpty)
        {
            return MostBinding(decision);
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
            if (outcome.IsAvailable && (best < 0 || Binds(outcome.Reading, bestReading)))
            {
                best = i;
                bestReading = outcome.Reading;
            }
        }

        return best;
    }

    private static bool Binds(in Reading one, in Reading other)
    {
        // The verdicts are numbered by how much they bind.
        if (one.Verdict != other.Verdict)
        {
            return one.Verdict > other.Verdict;
        }

        // Fractions compared by cross multiplication: both products are below 2^62, and nothing is rounded.
        return one.Verdict == Verdict.Allowed
            ? (long)one.Remaining * other.Limit < (long)other.Remaining * one.Limit
            : one.RetryAfter > other.RetryAfter;
    }
}
