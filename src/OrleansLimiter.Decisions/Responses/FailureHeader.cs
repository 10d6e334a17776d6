namespace OrleansLimiter.Decisions;

/// <summary>The header of a response to which a decision by <c>on-failure</c> contributed.</summary>
internal static class FailureHeader
{
    public const string Name = "X-Limiter-Failure";
    public const string Unreachable = "unreachable";
    public const string TooManyGroups = "too-many-groups";
    public const string TooManyGroupsOfAccount = "too-many-groups-of-account";

    /// <summary>The value of the header; null if the response has none.</summary>
    public static string? Of(DecisionNotes notes) =>
        (notes & (DecisionNotes.FailureDecided | DecisionNotes.TooManyGroups | DecisionNotes.TooManyGroupsOfAccount)) == 0 ? null
        : (notes & DecisionNotes.TooManyGroupsOfAccount) != 0 ? TooManyGroupsOfAccount
        : (notes & DecisionNotes.TooManyGroups) != 0 ? TooManyGroups
        : Unreachable;

    public static void Write<TSink>(DecisionNotes notes, ref TSink sink)
        where TSink : struct, IHeaderSink
    {
        if (Of(notes) is { } value)
        {
            sink.Set(Name, value);
        }
    }
}
