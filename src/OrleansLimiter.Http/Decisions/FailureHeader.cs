namespace OrleansLimiter.Http;

/// <summary>The header of a response to which a decision by <c>on-failure</c> contributed.</summary>
internal static class FailureHeader
{
    public const string Name = "X-Limiter-Failure";
    public const string Unreachable = "unreachable";
    public const string TooManyGroups = "too-many-groups";
    public const string TooManyGroupsOfAccount = "too-many-groups-of-account";

    public static void Write(IHeaderDictionary headers, DecisionNotes notes)
    {
        if ((notes & (DecisionNotes.FailureDecided | DecisionNotes.TooManyGroups | DecisionNotes.TooManyGroupsOfAccount)) != 0)
        {
            headers[Name] = (notes & DecisionNotes.TooManyGroupsOfAccount) != 0 ? TooManyGroupsOfAccount
                : (notes & DecisionNotes.TooManyGroups) != 0 ? TooManyGroups : Unreachable;
        }
    }
}
