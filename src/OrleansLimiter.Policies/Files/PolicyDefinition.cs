using System.Collections.Immutable;
using System.Diagnostics;

namespace OrleansLimiter.Policies;

/// <summary>
/// The content of a valid policy file. Immutable, and without behaviour. In production only the reader creates it, so other code
/// can rely on the validation.
/// </summary>
public sealed record PolicyDefinition
{
    /// <summary>The policy's name: lower-case letters, digits and hyphens, 1 to 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Raised with every change; 1 or more.</summary>
    public required int Generation { get; init; }

    /// <summary>For people; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Where the account is read from, in order; at least one source.</summary>
    public required ImmutableArray<AccountSource> Account { get; init; }

    /// <summary>The attributes of a request, in the file's order; <c>mode</c> is one of them where it is declared.</summary>
    public ImmutableArray<AttributeDefinition> Attributes { get; init; } = [];

    /// <summary>What an account, address or attribute without a value counts as.</summary>
    public EmptyValues Empty { get; init; } = EmptyValues.Absent;

    /// <summary>The named endpoints, in the file's order: the first that matches wins.</summary>
    public ImmutableArray<EndpointDefinition> Endpoints { get; init; } = [];

    /// <summary>What becomes of a path that no endpoint names.</summary>
    public Unlisted Unlisted { get; init; } = Unlisted.Route;

    /// <summary>Whether each route of unlisted paths is an endpoint of its own.</summary>
    internal bool HasUnlistedRoutes => Unlisted switch
    {
        Unlisted.Route => true,
        Unlisted.Shared => false,
        _ => throw new UnreachableException(),
    };

    /// <summary>Prefixes of ids in unlisted paths, beside numbers, UUIDs, ULIDs and long hex.</summary>
    public ImmutableArray<string> IdPrefixes { get; init; } = [];

    /// <summary>How paths are read.</summary>
    public PathsDefinition Paths { get; init; } = new();

    /// <summary>The limits, in the file's order; at least one.</summary>
    public required ImmutableArray<LimitDefinition> Limits { get; init; }

    /// <summary>Combinations to which no limit applies on purpose.</summary>
    public ImmutableArray<Condition> Unlimited { get; init; } = [];

    /// <summary>What responses look like.</summary>
    public ResponsesDefinition Responses { get; init; } = new();

    /// <summary>The decision for unavailable groups.</summary>
    public OnFailure OnFailure { get; init; } = OnFailure.Allow;
}
