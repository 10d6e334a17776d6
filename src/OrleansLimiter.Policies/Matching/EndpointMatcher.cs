using System.Collections.Frozen;

namespace OrleansLimiter.Policies;

/// <summary>
/// Matches the method and the path of a request to an endpoint. Compiled once from the policy. A HEAD request matches the
/// endpoint of the GET request: most servers treat both alike, and HEAD must not use a bucket of its own.
/// </summary>
public sealed class EndpointMatcher
{
    private const int ListedNames = 20;

    private readonly PolicyDefinition _policy;
    private readonly RouteNode _routes;
    private readonly PathNormalForm _paths;
    private readonly ResourceValues _resources;
    private readonly RouteNames? _unlisted;
    private readonly FrozenDictionary<string, int> _byName;

    /// <summary>Compiles the endpoints of a policy.</summary>
    /// <param name="policy">A valid policy.</param>
    public EndpointMatcher(PolicyDefinition policy)
    {
        _policy = policy;
        _routes = new RouteNode([.. Compile(policy)], policy.Paths.IgnoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        _paths = new(policy.Paths);
        _resources = new(policy.Paths);
        _unlisted = policy.HasUnlistedRoutes ? new RouteNames(new IdSegments(policy.IdPrefixes), policy.Paths.IgnoresCase) : null;
        _byName = policy.Endpoints.Select((endpoint, index) => (endpoint.Name, index))
            .ToFrozenDictionary(entry => entry.Name, entry => entry.index);
    }

    /// <summary>Matches a method and a path to an endpoint.</summary>
    /// <param name="method">The HTTP method; lower case is read as upper case.</param>
    /// <param name="pathAndQuery">A path, with or without a query, or an absolute http or https URI.</param>
    /// <param name="match">The endpoint.</param>
    /// <param name="error">The error, in one sentence that does not quote the path; null if there is none.</param>
    public bool TryMatch(string method, string pathAndQuery, out EndpointMatch match, [NotNullWhen(false)] out string? error)
    {
        match = default;
        if (!MethodNames.TryNormalize(method, out string? upper, out error)
            || !_paths.TryNormalize(pathAndQuery, out ReadOnlySpan<char> path, out error))
        {
            return false;
        }

        string matched = upper == "HEAD" ? "GET" : upper;
        Route? route = _routes.Find(matched, path.Length == 1 ? [] : path);
        if (route is null)
        {
            match = new(-1, _unlisted?.Name(MethodNames.KnownOrOther(matched), path) ?? BuiltIn.Other, "");
            return true;
        }

        string? resource = "";
        if (route.Resource >= 0 && !_resources.TryRead(Segment(path, route.Resource), out resource, out error))
        {
            return false;
        }

        match = new(route.Endpoint, _policy.Endpoints[route.Endpoint].Name, resource);
        return true;
    }

    /// <summary>Finds an endpoint by its name.</summary>
    /// <param name="endpoint">A name of the policy, or <c>other</c> if unlisted paths share one endpoint.</param>
    /// <param name="resource">The resource, in the form of a path segment; null if the endpoint has none.</param>
    /// <param name="match">The endpoint.</param>
    /// <param name="error">The error, in one sentence; null if there is none.</param>
    public bool TryByName(string endpoint, string? resource, out EndpointMatch match, [NotNullWhen(false)] out string? error)
    {
        match = default;
        if (!_byName.TryGetValue(endpoint, out int index))
        {
            if (_unlisted is not null || endpoint != BuiltIn.Other)
            {
                error = UnknownName();
                return false;
            }

            index = -1;
        }

        var (name, parameter) = index < 0 ? (BuiltIn.Other, null) : (_policy.Endpoints[index].Name, _policy.Endpoints[index].Resource);
        if (parameter is null != resource is null)
        {
            error = parameter is null
                ? $"the endpoint '{name}' has no resource; leave the resource out"
                : $"the endpoint '{name}' is limited by resource; give its {parameter} as resource";
            return false;
        }

        string? value = "";
        if (resource is not null && !_resources.TryRead(resource, out value, out error))
        {
            return false;
        }

        match = new(index, name, value);
        error = null;
        return true;
    }

    private static IEnumerable<Route> Compile(PolicyDefinition policy)
    {
        int rank = 0;
        foreach (var (index, endpoint) in policy.Endpoints.Index())
        {
            foreach (RoutePattern pattern in endpoint.Routes)
            {
                var template = RouteTemplate.Of(pattern.Path);
                int resource = endpoint.Resource is null ? -1 : template.Parameters.IndexOf(endpoint.Resource);
                yield return new Route(rank++, index, pattern.Method, template, resource);
            }
        }
    }

    private static ReadOnlySpan<char> Segment(ReadOnlySpan<char> path, int index)
    {
        for (path = path[1..]; index > 0; index--)
        {
            path = path[(path.IndexOf('/') + 1)..];
        }

        int end = path.IndexOf('/');
        return end < 0 ? path : path[..end];
    }

    private string UnknownName()
    {
        string[] names = [.. _policy.Endpoints.Select(endpoint => endpoint.Name), .. _unlisted is null ? [BuiltIn.Other] : (string[])[]];
        string listed = string.Join(", ", names.Take(ListedNames));
        string more = names.Length > ListedNames ? $" (and {names.Length - ListedNames} more)" : "";
        return names.Length == 0
            ? $"the policy '{_policy.Name}' names no endpoints; give method and path"
            : $"the policy '{_policy.Name}' has no endpoint of that name; give {listed}{more}, or method and path";
    }
}
