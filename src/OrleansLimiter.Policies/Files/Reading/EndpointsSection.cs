using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>The section <c>endpoints:</c>.</summary>
/// <param name="Endpoints">Every endpoint that is declared, an invalid one too: conditions may name it.</param>
/// <param name="Routes">Every valid route, in the order in which they are tried.</param>
/// <param name="IsSound">Whether all of them could be read.</param>
internal sealed record EndpointsDraft(
    ImmutableArray<EndpointDefinition> Endpoints, ImmutableArray<RouteDraft> Routes, bool IsSound)
{
    /// <summary>Whether a name that is not among the endpoints is surely none.</summary>
    public bool KnowsNames => IsSound || !Endpoints.IsEmpty;
}

/// <summary>Reads <c>endpoints:</c>.</summary>
internal static class EndpointsSection
{
    private static readonly ImmutableArray<string> Keys = ["routes", "resource"];

    public static EndpointsDraft Read(YamlNode? node, PathsDefinition paths, PolicyErrorList errors)
    {
        if (node is null)
        {
            return new([], [], true);
        }

        int before = errors.Count;
        var endpoints = ImmutableArray.CreateBuilder<EndpointDefinition>();
        var routes = ImmutableArray.CreateBuilder<RouteDraft>();
        if (Nodes.Map(node, "endpoints", errors) is { } map)
        {
            foreach (var (key, value) in map.Entries)
            {
                CheckName(key, errors);
                endpoints.Add(Endpoint(key.Value, value, endpoints.Count, routes, paths, errors));
            }
        }

        if (endpoints.Count > PolicyBounds.MaxEndpoints || routes.Count > PolicyBounds.MaxRoutes)
        {
            errors.Add(node.At, $"endpoints has {endpoints.Count} endpoints with {routes.Count} routes; "
                + $"at most {PolicyBounds.MaxEndpoints} and {PolicyBounds.MaxRoutes} are expected");
        }

        // What is beyond the bound is dropped, so that the rest is checked in bounded time.
        return new(
            [.. endpoints.Take(PolicyBounds.MaxEndpoints)], routes.ToImmutable(), errors.Count == before);
    }

    private static void CheckName(YamlScalar key, PolicyErrorList errors)
    {
        if (key.Value == BuiltIn.Other)
        {
            errors.Add(key.At, "an endpoint is named 'other', which stands for unlisted paths; choose another name");
        }
        else if (Names.Endpoint.Validate(key.Value) is { } error)
        {
            errors.Add(key.At, $"an endpoint is named {Quoted.Of(key.Value)}; {error}");
        }
    }

    private static EndpointDefinition Endpoint(
        string name, YamlNode node, int index, ImmutableArray<RouteDraft>.Builder routes, PathsDefinition paths, PolicyErrorList errors)
    {
        string what = $"the endpoint {Quoted.Of(name)}";
        int first = routes.Count;
        string? resource = null;
        if (node is YamlMap)
        {
            var fields = Fields.Open(node, what, errors, Keys)!;
            if (fields.Require("routes") is { } list)
            {
                Routes(list, what, index, routes, paths, errors);
            }

            if (fields.Find("resource") is { } parameter)
            {
                resource = Resource(parameter, what, routes.Skip(first), errors);
            }
        }
        else
        {
            Routes(node, what, index, routes, paths, errors);
        }

        return new(name, [.. routes.Skip(first).Select(route => route.Pattern)], resource);
    }

    private static void Routes(
        YamlNode node, string what, int endpoint, ImmutableArray<RouteDraft>.Builder routes, PathsDefinition paths, PolicyErrorList errors)
    {
        foreach (var word in Nodes.Words(node, $"routes of {what}", errors))
        {
            if (RouteSyntax.Read(word, endpoint, paths, errors) is { } route)
            {
                routes.Add(route);
            }
        }
    }

    private static string? Resource(YamlNode node, string what, IEnumerable<RouteDraft> routes, PolicyErrorList errors)
    {
        if (Names.Parameter.Read(node, $"resource of {what}", errors) is not { } resource)
        {
            return null;
        }

        foreach (var route in routes)
        {
            if (!route.Pattern.Path.Split('/').Contains($"{{{resource}}}"))
            {
                errors.Add(node.At, $"resource of {what} is '{resource}', but its route '{route}' has no {{{resource}}}; "
                    + "each of its routes needs the parameter");
            }
        }

        return resource;
    }
}
