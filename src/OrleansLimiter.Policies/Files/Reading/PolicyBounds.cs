namespace OrleansLimiter.Policies;

/// <summary>The maximum sizes of a policy. They bound the time of validation and decisions.</summary>
internal static class PolicyBounds
{
    public const int MaxAttributes = 16;
    public const int MaxEndpoints = 500;
    public const int MaxRoutes = 2_000; // of all endpoints
    public const int MaxSegments = 32; // of a route
    public const int MaxLimits = 100;
    public const int MaxCases = 200; // of a limit
    public const int MaxHeaders = 32; // of a list
    public const int MaxHeaderLength = 1_024; // of the template of a header, in characters
    public const int MaxTextLength = 16_384; // of a description or body, in characters

    /// <summary>Values of one list: <c>one-of</c>, a key of a condition, <c>ids</c>, <c>report</c>.</summary>
    public const int MaxValues = 256;

    /// <summary>
    /// Combinations of all values in conditions and <c>key:</c>. A policy in use stores the limits of each combination that occurs, so
    /// this also bounds its memory.
    /// </summary>
    public const int MaxCombinations = 1_000_000;

    /// <summary>The number of conditions times combinations of all checks of a file. They take about a second.</summary>
    public const long MaxEvaluations = 200_000_000;
}
