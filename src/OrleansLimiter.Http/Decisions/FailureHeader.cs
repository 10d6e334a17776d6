namespace OrleansLimiter.Http;

/// <summary>The header of a response to which a decision by <c>on-failure</c> contributed.</summary>
internal static class FailureHeader
{
    public const string Name = "X-Limiter-Failure";
    public const string Unreachable = "unreachable";
    public const string TooManyGroups = "too-many-groups";

    public static void Write(IHeaderDictionary headers, DecisionNotes notes)
    {
        if ((notes & (DecisionNotes.FailureDecided | DecisionNotes.TooManyGroups)) != 0)
        {
            headers[Name] = (notes & DecisionNotes.TooManyGroups) != 0 ? TooManyGroups : Unreachable;
        }
    }
}
