namespace OrleansLimiter.Policies;

/// <summary>The headers and bodies of responses.</summary>
public sealed record ResponsesDefinition
{
    /// <summary>
    /// The limits that headers report, in order of preference: the first one that applied. If empty, the most binding limit.
    /// </summary>
    public ImmutableArray<string> Report { get; init; } = [];

    /// <summary>Headers of every response.</summary>
    public ImmutableArray<HeaderDefinition> Always { get; init; } = [];

    /// <summary>Headers of responses to allowed requests.</summary>
    public ImmutableArray<HeaderDefinition> Allowed { get; init; } = [];

    /// <summary>Headers of responses to denied requests.</summary>
    public ImmutableArray<HeaderDefinition> Denied { get; init; } = [];

    /// <summary>The status of a denied request, 400 to 599. Default: 429.</summary>
    public int DeniedStatus { get; init; } = 429;

    /// <summary>
    /// The status of a denied request in <c>/v1/authorize</c>, 400 to 499, for proxies that pass on only some statuses. Default: null, the
    /// status of the host (<c>Limiter:AuthorizeStatus</c>), or else <see cref="DeniedStatus"/>.
    /// </summary>
    public int? AuthorizeStatus { get; init; }

    /// <summary>The content type of <see cref="DeniedBody"/>; null if there is no body.</summary>
    public string? DeniedContentType { get; init; }

    /// <summary>The template of the body of a denied request; null if there is no body.</summary>
    public string? DeniedBody { get; init; }

    /// <summary>
    /// Whether the body of a denied request is a problem, in place of <see cref="DeniedBody"/>. Default:
    /// <see cref="ProblemFormat.None"/>.
    /// </summary>
    public ProblemFormat DeniedProblem { get; init; } = ProblemFormat.None;

    /// <summary>The standard headers of every response.</summary>
    public StandardHeaders Standard { get; init; } = StandardHeaders.None;
}

/// <summary>The body of a denied request as problem details (RFC 9457).</summary>
public enum ProblemFormat
{
    /// <summary>The body is that of the policy, or there is none.</summary>
    None,

    /// <summary>
    /// A problem type of draft-ietf-httpapi-ratelimit-headers-10, section "Problem Types", with the member <c>violated-policies</c>.
    /// </summary>
    Draft10,
}

/// <summary>The standard headers.</summary>
public enum StandardHeaders
{
    /// <summary>No headers.</summary>
    None,
    /// <summary><c>RateLimit</c> and <c>RateLimit-Policy</c> as in draft-ietf-httpapi-ratelimit-headers-10.</summary>
    Draft10,
}
