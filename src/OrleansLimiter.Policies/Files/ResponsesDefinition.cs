using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>What responses look like.</summary>
public sealed record ResponsesDefinition
{
    /// <summary>
    /// The limits that headers report, in order of preference: the first one that applied. Empty for the most binding limit.
    /// </summary>
    public ImmutableArray<string> Report { get; init; } = [];

    /// <summary>Headers on every response.</summary>
    public ImmutableArray<HeaderDefinition> Always { get; init; } = [];

    /// <summary>Headers only when allowed.</summary>
    public ImmutableArray<HeaderDefinition> Allowed { get; init; } = [];

    /// <summary>Headers only when denied.</summary>
    public ImmutableArray<HeaderDefinition> Denied { get; init; } = [];

    /// <summary>The status of a refusal, 400 to 599; default 429.</summary>
    public int DeniedStatus { get; init; } = 429;

    /// <summary>The content type of a refusal's body; null if there is no body.</summary>
    public string? DeniedContentType { get; init; }

    /// <summary>The body of a refusal, with the same variables as headers; null: none.</summary>
    public string? DeniedBody { get; init; }

    /// <summary>Whether the headers of the IETF draft (<c>RateLimit</c>, <c>RateLimit-Policy</c>) are added.</summary>
    public StandardHeaders Standard { get; init; } = StandardHeaders.None;
}

/// <summary>Which standard headers are added.</summary>
public enum StandardHeaders
{
    /// <summary>None.</summary>
    None,

    /// <summary><c>RateLimit</c> and <c>RateLimit-Policy</c> as in draft-ietf-httpapi-ratelimit-headers-10.</summary>
    Draft10,
}
