namespace OrleansLimiter.Decisions;

/// <summary>
/// The limits whose counts a cluster loses when all silos stop, although their windows are long. That can be meant, so it is not a warning.
/// </summary>
internal static class LongLimits
{
    // From this window on, a caller gains much if the counts begin again.
    private static readonly TimeSpan LongFrom = TimeSpan.FromHours(1);

    /// <summary>
    /// Returns one sentence for the operator; null if there are no such limits. A limit with 'survive: none' has a warning.
    /// </summary>
    public static string? NoteOf(PolicyDefinition policy)
    {
        string[] limits =
        [
            .. policy.Limits
                .Where(limit => limit.Survive == Survive.Crash && limit.Cases.Any(one => one.Rule.Window >= LongFrom))
                .Select(limit => $"'{limit.Name}'"),
        ];
        return limits.Length == 0 ? null
            : $"the counts of {string.Join(", ", limits)}, with a window of 1h or longer, begin again when all silos of a cluster stop; "
                + "'survive: restart' keeps them";
    }
}
