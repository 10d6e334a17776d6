namespace OrleansLimiter.Decisions;

/// <summary>What an override makes of a rule.</summary>
internal static class OverrideArithmetic
{
    /// <summary>The new rule; null, with the reason, where its numbers are out of bounds. Not for unlimited ones.</summary>
    /// <remarks>
    /// <c>permits: 200</c> on a limit of 100 does what <c>multiply: 2</c> does: a burst is scaled along. A burst left as it was
    /// would let an account that was cut to 10 a minute take all 200 at once, and would hold back one that was raised.
    /// </remarks>
    public static Rule? Apply(Override change, Rule rule, out string? error)
    {
        long permits = change.Permits ?? Scale(rule.Permits, change.Multiply ?? 1);
        long? burst = rule.Burst == 0 ? null
            : change.Permits is null ? Scale(rule.Burst, change.Multiply ?? 1)
            : rule.Permits == 0 ? rule.Burst
            : Math.Max(1, rule.Burst * permits / rule.Permits);
        var window = change.Window ?? rule.Window;
        error = Rule.Validate(rule.Algorithm, permits, window, burst);
        return error is null ? new(rule.Algorithm, (int)permits, window, (int?)burst) : null;
    }

    // A limit with 0 permits keeps blocking for any factor.
    private static long Scale(int permits, decimal factor) =>
        permits == 0 ? 0 : Math.Max(1, (long)decimal.Floor(permits * factor));
}
