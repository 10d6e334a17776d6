namespace OrleansLimiter.Decisions;

/// <summary>Counts the decisions of one compiled policy. The counters of a limit are found by its index.</summary>
internal sealed class PolicyTally(Policy policy, PolicyCounters counters)
{
    private readonly LimitCounters[] _limits = [.. policy.Limits.Select(limit => counters.For(limit.Name))];

    /// <summary>Whether metrics contain the decisions; not those of an internal policy.</summary>
    public bool IsPublished { get; private init; } = true;

    /// <summary>A tally of an internal policy, which no metric shows.</summary>
    public static PolicyTally Unpublished(Policy policy) => new(policy, new("")) { IsPublished = false };

    public void UnknownValues(int count)
    {
        if (count > 0)
        {
            Interlocked.Add(ref counters.UnknownValues, count);
        }
    }

    public void Count(in Decision decision, bool peek)
    {
        Note(decision.Notes);
        if (peek)
        {
            Interlocked.Increment(ref counters.Peeks); // no other counter includes peeks
            return;
        }

        if (decision.Count == 0)
        {
            Interlocked.Increment(ref counters.Unlimited);
        }

        for (int index = 0; index < decision.Count; index++)
        {
            LimitOutcome outcome = decision[index];
            LimitCounters limit = _limits[outcome.Limit.Index];
            ref long counter = ref outcome.Reading.Allowed ? ref limit.Allowed : ref limit.Refused;
            ref long unavailable = ref (decision.Notes & DecisionNotes.TooManyGroupsOfAccount) != 0 ? ref limit.Bounded : ref limit.Failed;
            Interlocked.Increment(ref outcome.IsAvailable ? ref counter : ref unavailable);
        }
    }

    private void Note(DecisionNotes notes)
    {
        if (notes == DecisionNotes.None)
        {
            return;
        }

        Count(DecisionNotes.Contended, ref counters.Contended);
        Count(DecisionNotes.StaleGeneration, ref counters.StaleGenerations);
        Count(DecisionNotes.RuleConflict, ref counters.RuleConflicts);
        Count(DecisionNotes.SharedEndpoint, ref counters.SharedEndpoint);
        if ((notes & DecisionNotes.TooManyGroupsOfAccount) != 0)
        {
            Interlocked.Increment(ref counters.TooManyGroupsOfAccount);
        }
        else if ((notes & DecisionNotes.TooManyGroups) != 0)
        {
            Interlocked.Increment(ref counters.TooManyGroups);
        }
        else
        {
            Count(DecisionNotes.FailureDecided, ref counters.Unreachable);
        }

        void Count(DecisionNotes note, ref long counter)
        {
            if ((notes & note) != 0)
            {
                Interlocked.Increment(ref counter);
            }
        }
    }
}
