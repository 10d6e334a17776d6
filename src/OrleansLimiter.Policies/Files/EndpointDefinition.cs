namespace OrleansLimiter.Policies;

/// <summary>A named family of routes.</summary>
/// <param name="Name">The name: letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, 1 to 64 characters; never <c>other</c>.</param>
/// <param name="Routes">The routes; at least one.</param>
/// <param name="Resource">The path parameter whose value is the resource of a burst; null if there is none. Every route has it.</param>
public sealed record EndpointDefinition(string Name, ImmutableArray<RoutePattern> Routes, string? Resource);

/// <summary>
/// A route: a method and a path template. A segment is a literal, <c>{name}</c> for exactly one segment, or, at the end, <c>**</c>
/// for any number of segments, also none (<c>/v1/customers/**</c> matches <c>/v1/customers</c>).
/// </summary>
/// <param name="Method">The method in upper case; null for any method.</param>
/// <param name="Path">The template as written, beginning with <c>/</c>.</param>
public sealed record RoutePattern(string? Method, string Path);

/// <summary>The endpoint of a request that matches no route of the policy.</summary>
public enum Unlisted
{
    /// <summary>Each method and path, with ids replaced, is its own endpoint (<c>GET /v2/things/{id}</c>).</summary>
    Route,
    /// <summary>All unlisted paths are one endpoint named <c>other</c>.</summary>
    Shared,
}
