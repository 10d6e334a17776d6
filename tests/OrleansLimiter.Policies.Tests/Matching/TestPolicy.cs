using System.Collections.Immutable;

namespace OrleansLimiter.Policies.Tests;

/// <summary>Policies with endpoints only.</summary>
internal static class TestPolicy
{
    /// <summary>An endpoint; routes are written as in a policy file, <c>POST /exports</c>.</summary>
    public static EndpointDefinition Endpoint(string name, string[] routes, string? resource = null) =>
        new(name, [.. routes.Select(Route)], resource);

    public static PolicyDefinition With(
        ImmutableArray<EndpointDefinition> endpoints, Unlisted unlisted = Unlisted.Route, params string[] ids) =>
        With(endpoints, new PathsDefinition(), unlisted, ids);

    public static PolicyDefinition With(
        ImmutableArray<EndpointDefinition> endpoints, PathsDefinition paths, Unlisted unlisted = Unlisted.Route, params string[] ids) => new()
    {
        Name = "tested",
        Generation = 1,
        Account = [AccountSource.Ip],
        Endpoints = endpoints,
        Unlisted = unlisted,
        Paths = paths,
        IdPrefixes = [.. ids],
        Limits = [],
    };

    /// <summary>The name of the endpoint with its resource, if there is one; or <c>!</c> and the error.</summary>
    public static string Match(this EndpointMatcher matcher, string method, string path) =>
        matcher.TryMatch(method, path, out EndpointMatch match, out string? error) ? Show(match) : "! " + error;

    public static string Name(this EndpointMatcher matcher, string endpoint, string? resource = null) =>
        matcher.TryByName(endpoint, resource, out EndpointMatch match, out string? error) ? Show(match) : "! " + error;

    private static string Show(EndpointMatch match) =>
        match.Resource.Length == 0 ? match.Name : $"{match.Name} of {match.Resource}";

    private static RoutePattern Route(string text)
    {
        string[] parts = text.Split(' ');
        return new(parts[0] == "ANY" ? null : parts[0], parts[1]);
    }
}
