using System.Collections.Immutable;

namespace OrleansLimiter.Policies.Files;

/// <summary>
/// A policy file, read and found valid. Immutable; it says what is wanted and holds nothing that runs. The loader
/// is its only maker in production, so everything behind it may rely on what the validator promises.
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

    /// <summary>The named endpoints, in the file's order: the first that matches wins.</summary>
    public ImmutableArray<EndpointDefinition> Endpoints { get; init; } = [];

    /// <summary>What becomes of a path that no endpoint names.</summary>
    public Unlisted Unlisted { get; init; } = Unlisted.Route;

    /// <summary>Prefixes of ids in unlisted paths, beside numbers, UUIDs, ULIDs and long hex.</summary>
    public ImmutableArray<string> IdPrefixes { get; init; } = [];

    /// <summary>The limits, in the file's order; at least one.</summary>
    public required ImmutableArray<LimitDefinition> Limits { get; init; }

    /// <summary>Combinations to which no limit applies on purpose.</summary>
    public ImmutableArray<Condition> Unlimited { get; init; } = [];

    /// <summary>What responses look like.</summary>
    public ResponsesDefinition Responses { get; init; } = new();

    /// <summary>What is decided when a group cannot be asked.</summary>
    public OnFailure OnFailure { get; init; } = OnFailure.Allow;
}

/// <summary>One place where an account may be found.</summary>
/// <param name="Header">The header that carries it; null: the caller's address.</param>
public sealed record AccountSource(string? Header)
{
    /// <summary>The caller's address.</summary>
    public static AccountSource Ip { get; } = new((string?)null);
}

/// <summary>An attribute of a request.</summary>
/// <param name="Name">Its name in conditions, <c>key:</c> and the body of a check.</param>
/// <param name="Header">The header that carries it; null: it comes only in the body of a check.</param>
/// <param name="OneOf">The values that are known; empty: any value.</param>
/// <param name="Default">The value of a request that brings none, or (with <paramref name="OneOf"/>) an unknown one.</param>
public sealed record AttributeDefinition(string Name, string? Header, ImmutableArray<string> OneOf, string Default)
{
    /// <summary>The attribute that separates endpoint groups where a policy declares it.</summary>
    public const string Mode = "mode";

    /// <summary>Whether only known values occur.</summary>
    public bool IsClosed => !OneOf.IsEmpty;
}

/// <summary>The conditions' names that every policy has without declaring them.</summary>
public static class BuiltIn
{
    /// <summary>The endpoint's name; <see cref="Other"/> stands for whatever no endpoint names.</summary>
    public const string Endpoint = "endpoint";

    /// <summary><c>read</c> (GET, HEAD, OPTIONS) or <c>write</c> (everything else).</summary>
    public const string Operation = "operation";

    /// <summary>The HTTP method: one of <see cref="Methods"/>, where <c>OTHER</c> stands for the rest.</summary>
    public const string Method = "method";

    /// <summary>The account's kind: <c>id</c> or <c>ip</c>.</summary>
    public const string Kind = "kind";

    /// <summary>The endpoint that stands for every unlisted path.</summary>
    public const string Other = "other";

    /// <summary>The values of <see cref="Method"/>.</summary>
    public static ImmutableArray<string> Methods { get; } =
        ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "OTHER"];
}

/// <summary>A named family of routes.</summary>
/// <param name="Name">Its name: letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, 1 to 64 characters; never <c>other</c>.</param>
/// <param name="Routes">At least one.</param>
/// <param name="Resource">The path parameter whose value is the resource of a burst; null where there is none. Every route has it.</param>
public sealed record EndpointDefinition(string Name, ImmutableArray<RoutePattern> Routes, string? Resource);

/// <summary>
/// A route: a method and a path template. Segments are literals, <c>{name}</c> for exactly one segment, or a last
/// <c>**</c> for any rest, none included (<c>/v1/customers/**</c> matches <c>/v1/customers</c>).
/// </summary>
/// <param name="Method">Upper case; null: any.</param>
/// <param name="Path">The template as written, beginning with <c>/</c>.</param>
public sealed record RoutePattern(string? Method, string Path);

/// <summary>What becomes of a path that no endpoint names.</summary>
public enum Unlisted
{
    /// <summary>Each route, ids taken out, is an endpoint of its own (<c>GET /v2/things/{id}</c>).</summary>
    Route,

    /// <summary>All of them are one endpoint named <c>other</c>.</summary>
    Shared,
}

/// <summary>Every key must have one of its values; an empty condition always holds.</summary>
/// <param name="Terms">Keys and their values, in the file's order.</param>
public sealed record Condition(ImmutableArray<ConditionTerm> Terms)
{
    /// <summary>The condition that always holds.</summary>
    public static Condition Always { get; } = new([]);

    /// <summary>Whether it holds for a combination of values; null is a value that no condition mentions.</summary>
    public bool Holds(IReadOnlyDictionary<string, string?> combination)
    {
        foreach (ConditionTerm term in Terms)
        {
            if (!combination.TryGetValue(term.Key, out string? value) || value is null || !term.Values.Contains(value))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One key of a condition.</summary>
/// <param name="Key">A built-in name or an attribute.</param>
/// <param name="Values">The values that satisfy it; at least one.</param>
public sealed record ConditionTerm(string Key, ImmutableArray<string> Values);

/// <summary>One entry of a policy.</summary>
public sealed record LimitDefinition
{
    /// <summary>Its name: letters, digits, <c>_</c> and <c>-</c>, 1 to 64 characters; unique in the policy.</summary>
    public required string Name { get; init; }

    /// <summary>Which kind of group holds its buckets.</summary>
    public required Scope Scope { get; init; }

    /// <summary>When it applies.</summary>
    public Condition When { get; init; } = Condition.Always;

    /// <summary>When it does not; null: never.</summary>
    public Condition? Unless { get; init; }

    /// <summary>Further dimensions inside its group: <c>method</c>, <c>operation</c>, <c>endpoint</c> or attributes.</summary>
    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>The first whose condition holds gives the rule; at least one. All have the limit's algorithm.</summary>
    public required ImmutableArray<LimitCase> Cases { get; init; }

    /// <summary>Headers that it adds to every response of a request to which it applies.</summary>
    public ImmutableArray<HeaderDefinition> Headers { get; init; } = [];
}

/// <summary>One case of a limit.</summary>
/// <param name="When">When it is meant.</param>
/// <param name="Rule">What it enforces.</param>
public sealed record LimitCase(Condition When, Rule Rule);

/// <summary>A header and the template of its value.</summary>
/// <param name="Name">A valid HTTP field name.</param>
/// <param name="Template">Text with <c>{variables}</c> (see <c>TemplateVariables</c>).</param>
public sealed record HeaderDefinition(string Name, string Template);

/// <summary>What responses look like.</summary>
public sealed record ResponsesDefinition
{
    /// <summary>The limits that headers speak of, in order: the first that applied; empty: the most binding.</summary>
    public ImmutableArray<string> Report { get; init; } = [];

    /// <summary>Headers on every response.</summary>
    public ImmutableArray<HeaderDefinition> Always { get; init; } = [];

    /// <summary>Headers only when allowed.</summary>
    public ImmutableArray<HeaderDefinition> Allowed { get; init; } = [];

    /// <summary>Headers only when denied.</summary>
    public ImmutableArray<HeaderDefinition> Denied { get; init; } = [];

    /// <summary>The status of a refusal, 400 to 599; default 429.</summary>
    public int DeniedStatus { get; init; } = 429;

    /// <summary>The content type of a refusal's body; null where there is no body.</summary>
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

/// <summary>What is decided when a group cannot be asked. A known refusal of another group still refuses.</summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Share">With <see cref="OnFailureKind.Local"/>: the part of each limit that this process may give alone, above 0 up to 1.</param>
public sealed record OnFailure(OnFailureKind Kind, decimal Share = 1)
{
    /// <summary>Pass.</summary>
    public static OnFailure Allow { get; } = new(OnFailureKind.Allow);

    /// <summary>Refuse.</summary>
    public static OnFailure Deny { get; } = new(OnFailureKind.Deny);
}

/// <summary>The ways to decide without a group.</summary>
public enum OnFailureKind
{
    /// <summary>Pass.</summary>
    Allow,

    /// <summary>Refuse.</summary>
    Deny,

    /// <summary>Count in this process, against a share of the limit.</summary>
    Local,
}
