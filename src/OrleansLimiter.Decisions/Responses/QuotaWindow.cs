namespace OrleansLimiter.Decisions;

/// <summary>
/// The parameter <c>w</c> of a quota: the time for which the whole quota, the capacity of a bucket, is given. It is the window of the
/// rule and, for a bucket with a burst, the time in which an empty bucket fills up. Whole seconds, rounded up: a caller that sends at most
/// the quota in any span of this time stays within the limit.
/// </summary>
internal static class QuotaWindow
{
    /// <summary>The window of the quota of a rule in seconds, 1 or more.</summary>
    public static long Of(Rule rule) => rule.Permits == 0
        ? TemplateValues.Seconds(rule.Window)
        : (long)RoundUp((Int128)rule.Window.Ticks * rule.Capacity, (Int128)rule.Permits * TimeSpan.TicksPerSecond);

    /// <summary>The window of the quota of a bucket.</summary>
    /// <param name="asked">The rule that the bucket was asked for. It can have a newer one.</param>
    /// <param name="reading">The reading of the bucket.</param>
    /// <param name="share">The share of the rule that may have been counted in its place; 1 for none.</param>
    /// <returns>Seconds; null for a bucket with a burst whose rule is not known.</returns>
    public static long? Of(Rule asked, in Reading reading, decimal share)
    {
        Rule rule = IsOf(asked, reading) ? asked : LocalShare.Of(asked, share);
        return IsOf(rule, reading) ? Of(rule)
            : AlgorithmDescriptor.Of(asked.Algorithm).HasBurst ? null
            : TemplateValues.Seconds(reading.Window);
    }

    /// <summary>Whether a reading is that of a bucket with a rule.</summary>
    public static bool IsOf(Rule rule, in Reading reading) => reading.Limit == rule.Capacity && reading.Window == rule.Window;

    private static Int128 RoundUp(Int128 value, Int128 unit) => (value + unit - 1) / unit;
}
