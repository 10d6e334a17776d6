using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>A named family of routes.</summary>
/// <param name="Name">Its name: letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, 1 to 64 characters; never <c>other</c>.</param>
/// <param name="Routes">At least one.</param>
/// <param name="Resource">The path parameter whose value is the resource of a burst; null if there is none. Every route has it.</param>
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
