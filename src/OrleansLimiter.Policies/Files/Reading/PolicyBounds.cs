namespace OrleansLimiter.Policies;

/// <summary>How large a policy may be. Each is far above what an API needs and keeps validation and decisions quick.</summary>
internal static class PolicyBounds
{
    /// <summary>Attributes under <c>identity:</c>.</summary>
    public const int MaxAttributes = 16;

    /// <summary>Values of one list: <c>one-of</c>, a condition's key, <c>ids</c>, <c>report</c>.</summary>
    public const int MaxValues = 256;

    /// <summary>Endpoints.</summary>
    public const int MaxEndpoints = 500;

    /// <summary>Routes over all endpoints.</summary>
    public const int MaxRoutes = 2_000;

    /// <summary>Segments of a route's path.</summary>
    public const int MaxSegments = 32;

    /// <summary>Limits.</summary>
    public const int MaxLimits = 100;

    /// <summary>Cases of one limit.</summary>
    public const int MaxCases = 200;

    /// <summary>Headers of one list.</summary>
    public const int MaxHeaders = 32;

    /// <summary>Characters of a header's template.</summary>
    public const int MaxHeaderLength = 1_024;

    /// <summary>Characters of a description or a refusal's body.</summary>
    public const int MaxTextLength = 16_384;

    /// <summary>
    /// Combinations of all that conditions and <c>key:</c> mention. A running policy remembers what applies to each that
    /// occurs, so this bounds its memory too.
    /// </summary>
    public const int MaxCombinations = 1_000_000;

    /// <summary>The maximum of conditions times combinations for all checks of a file, which takes about a second.</summary>
    public const long MaxLooks = 200_000_000;
}
