namespace OrleansLimiter.Plots;

/// <summary>What a real group with one bucket did with the offered load.</summary>
internal sealed record Run(Rule Rule, IReadOnlyList<Instant> Admitted)
{
    public static Run Of(Rule rule)
    {
        var group = new BucketGroup();
        var rules = new GroupRules([new("plot", rule)], new Generation(1, 0));
        return new(rule, [.. OfferedLoad.Times.Where(at => group.Execute(BucketOperation.Acquire(rules, 1), at).Outcome == GroupOutcome.Allowed)]);
    }

    /// <summary>How many were admitted in the window that ends at a moment: after its start, up to its end.</summary>
    public int InWindowUntil(Instant end) => Admitted.Count(at => at > end - Rule.Window && at <= end);

    /// <summary>The most that any window saw; only a window that ends with an admission can be the fullest.</summary>
    public int Most => Admitted.Max(InWindowUntil);

    /// <summary>The moments at which <see cref="InWindowUntil"/> changes.</summary>
    public IEnumerable<Instant> Changes => Admitted.Concat(Admitted.Select(at => at + Rule.Window)).Distinct().Order();
}
