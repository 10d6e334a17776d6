namespace OrleansLimiter;

/// <summary>Which of two rules lets less through.</summary>
internal static class Strictness
{
    /// <summary>The lower rate is stricter; at the same rate, the smaller capacity.</summary>
    public static bool IsStricter(Rule rule, Rule than)
    {
        Int128 rate = (Int128)rule.Permits * than.Window.Ticks;
        Int128 thanRate = (Int128)than.Permits * rule.Window.Ticks;
        return rate < thanRate || (rate == thanRate && rule.Capacity < than.Capacity);
    }
}
