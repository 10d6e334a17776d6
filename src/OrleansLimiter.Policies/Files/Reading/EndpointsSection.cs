namespace OrleansLimiter.Policies;

/// <summary>The section <c>endpoints:</c>.</summary>
/// <param name="Endpoints">The declared endpoints, also invalid ones, because conditions can contain their names.</param>
/// <param name="Routes">The valid routes, in the order in which they are matched.</param>
/// <param name="IsValid">Whether the whole section is valid.</param>
internal sealed record EndpointsDraft(ImmutableArray<EndpointDefinition> Endpoints, ImmutableArray<RouteDraft> Routes, bool IsValid)
{
    /// <summary>Whether <see cref="Endpoints"/> has all names. If not, an unknown name in a condition is not an error.</summary>
    public bool AreNamesKnown => IsValid || !Endpoints.IsEmpty;
}

/// <summary>Reads <c>endpoints:</c>.</summary>
internal sealed class EndpointsSection(PathsDefinition paths, PolicyErrorList errors)
{
    private static readonly ImmutableArray<string> Keys = ["routes", "resource"];

    private readonly List<RouteDraft> _routes = [];

    public EndpointsDraft Read(YamlNode? node)
    {
        int before = errors.Count;
        var endpoints = new List<EndpointDefinition>();
        foreach (var (key, value) in Nodes.Map(node, "endpoints", errors)?.Entries ?? [])
        {
            CheckName(key);
            endpoints.Add(Endpoint(key.Value, value, endpoints.Count));
        }

        if (endpoints.Count > PolicyBounds.MaxEndpoints || _routes.Count > PolicyBounds.MaxRoutes)
        {
            errors.Add(node!.At, $"endpoints has {endpoints.Count} endpoints with {_routes.Count} routes; "
                + $"at most {PolicyBounds.MaxEndpoints} and {PolicyBounds.MaxRoutes} are expected");
        }

        // Endpoints above the maximum are dropped, to bound the time of the other checks.
        return new([.. endpoints.Take(PolicyBounds.MaxEndpoints)], [.. _routes], errors.Count == before);
    }

    private void CheckName(YamlScalar key)
    {
        if (key.Value == BuiltIn.Other)
        {
            errors.Add(key.At, "an endpoint is named 'other', which is the name of unlisted paths; choose another name");
        }
        else if (Names.Endpoint.Validate(key.Value) is { } error)
        {
            errors.Add(key.At, $"an endpoint is named {Quoted.Of(key.Value)}; {error}");
        }
    }

    private EndpointDefinition Endpoint(string name, YamlNode node, int index)
    {
        string what = $"the endpoint {Quoted.Of(name)}";
        var fields = node is YamlMap ? Fields.Open(node, what, errors, Keys) : null;
        RouteDraft[] routes =
        [
            .. Nodes.Words(fields is null ? node : fields.Require("routes"), $"routes of {what}", errors)
                .Select(word => RouteSyntax.Read(word, index, paths, errors))
                .OfType<RouteDraft>(),
        ];
        _routes.AddRange(routes);
        return new(name, [.. routes.Select(route => route.Pattern)], Resource(fields?.Find("resource"), what, routes));
    }

    private string? Resource(YamlNode? node, string what, RouteDraft[] routes)
    {
        if (Names.Parameter.Read(node, $"resource of {what}", errors) is not { } resource)
        {
            return null;
        }

        foreach (var route in routes.Where(route => !route.Template.Parameters.Contains(resource)))
        {
            errors.Add(node!.At, $"resource of {what} is '{resource}', but its route '{route}' has no {{{resource}}}; "
                + "each of its routes needs the parameter");
        }

        return resource;
    }
}
