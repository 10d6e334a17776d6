using System.Diagnostics;

namespace OrleansLimiter.Policies;

/// <summary>
/// The content of a valid policy file. Immutable. Outside tests only the reader creates it, so other code can rely on its
/// validation.
/// </summary>
public sealed record PolicyDefinition
{
    /// <summary>The name: lower-case letters, digits and hyphens, 1 to 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The generation, which increases with every change; 1 or more.</summary>
    public required int Generation { get; init; }

    /// <summary>The description; can be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The sources of the account, in order; at least one.</summary>
    public required ImmutableArray<AccountSource> Account { get; init; }

    /// <summary>The attributes of a request, in the file's order, with <c>mode</c> if it is declared.</summary>
    public ImmutableArray<AttributeDefinition> Attributes { get; init; } = [];

    /// <summary>How an account, address or attribute with an empty value is handled.</summary>
    public EmptyValues Empty { get; init; } = EmptyValues.Absent;

    /// <summary>The named endpoints, in the file's order. The first that matches is used.</summary>
    public ImmutableArray<EndpointDefinition> Endpoints { get; init; } = [];

    /// <summary>The endpoint of requests that match no route.</summary>
    public Unlisted Unlisted { get; init; } = Unlisted.Route;

    /// <summary>Whether each unlisted route is its own endpoint.</summary>
    internal bool HasUnlistedRoutes => Unlisted switch
    {
        Unlisted.Route => true,
        Unlisted.Shared => false,
        _ => throw new UnreachableException(),
    };

    /// <summary>Prefixes of ids in unlisted paths, in addition to numbers, UUIDs, ULIDs and long hexadecimal numbers.</summary>
    public ImmutableArray<string> IdPrefixes { get; init; } = [];

    /// <summary>The path options.</summary>
    public PathsDefinition Paths { get; init; } = new();

    /// <summary>The limits, in the file's order; at least one.</summary>
    public required ImmutableArray<LimitDefinition> Limits { get; init; }

    /// <summary>The requests that are declared unlimited.</summary>
    public ImmutableArray<Condition> Unlimited { get; init; } = [];

    /// <summary>The headers and bodies of responses.</summary>
    public ResponsesDefinition Responses { get; init; } = new();

    /// <summary>The decision if bucket groups are unavailable.</summary>
    public OnFailure OnFailure { get; init; } = OnFailure.Allow;

    /// <summary>
    /// The maximum duration of a decision, 1 ms to 10 s. Default: null, that of the host (<c>Limiter:Deadline</c>). A longer one than the
    /// host's has no effect.
    /// </summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The bound on the bucket groups of one account.</summary>
    public AccountGroupsDefinition AccountGroups { get; init; } = new();

    /// <summary>How requests of Envoy's rate limit service are mapped to the policy.</summary>
    public RlsDefinition Rls { get; init; } = new();
}
