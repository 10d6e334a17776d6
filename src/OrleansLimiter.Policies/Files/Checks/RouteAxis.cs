namespace OrleansLimiter.Policies;

/// <summary>
/// Endpoint and method together: an endpoint occurs only with the methods that its routes allow, and the method determines the
/// operation.
/// </summary>
internal sealed class RouteAxis : Axis
{
    private readonly List<(string Endpoint, string Method)> _routes = [];

    public RouteAxis(ImmutableArray<EndpointDefinition> endpoints, RouteReach reach)
    {
        for (int i = 0; i < endpoints.Length; i++)
        {
            Add(endpoints[i].Name, reach.OfEndpoint(i));
        }

        Add(BuiltIn.Other, reach.Unlisted);
    }

    public override int Count => _routes.Count;

    public override bool Has(string key) => BuiltInDimension.Find(key) is { IsOfRoute: true };

    public override bool Satisfies(int value, string key, HashSet<string> wanted) =>
        wanted.Contains(BuiltInDimension.Find(key)!.ValueOf(_routes[value].Endpoint, _routes[value].Method));

    // Endpoints with the same methods are listed together. A part that all values share is left out.
    public override string Describe(IReadOnlyList<int> values)
    {
        var routes = values.Select(value => _routes[value]).ToHashSet();
        string[] methods = [.. routes.Select(route => route.Method).Distinct().OrderBy(method => BuiltIn.Methods.IndexOf(method))];
        if (_routes.All(route => !methods.Contains(route.Method) || routes.Contains(route)))
        {
            return DescribeMethods(methods, [.. _routes.Select(route => route.Method).Distinct()]);
        }

        var groups = routes
            .GroupBy(route => route.Endpoint)
            .GroupBy(
                group => DescribeMethods(
                    [.. group.Select(route => route.Method)],
                    [.. _routes.Where(route => route.Endpoint == group.Key).Select(route => route.Method)]),
                group => group.Key)
            .Select(group => group.Key.Length == 0
                ? Or(BuiltIn.Endpoint, [.. group])
                : $"{Or(BuiltIn.Endpoint, [.. group])} and {group.Key}");
        return string.Join("; ", groups);
    }

    private static string DescribeMethods(string[] found, string[] possible)
    {
        if (found.Length == possible.Length)
        {
            return "";
        }

        foreach (string operation in Operations.All)
        {
            if (found.ToHashSet().SetEquals(possible.Where(method => Operations.Of(method) == operation)))
            {
                return $"{BuiltIn.Operation} {operation}";
            }
        }

        return Or(BuiltIn.Method, found);
    }

    private void Add(string endpoint, int methods)
    {
        for (int i = 0; i < BuiltIn.Methods.Length; i++)
        {
            if ((methods & (1 << i)) != 0)
            {
                _routes.Add((endpoint, BuiltIn.Methods[i]));
            }
        }
    }
}
