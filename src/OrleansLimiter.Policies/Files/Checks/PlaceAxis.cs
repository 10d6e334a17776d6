using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>
/// Endpoint and method together, because an endpoint occurs only with the methods that its routes allow, and the
/// method says whether it is a read or a write.
/// </summary>
internal sealed class PlaceAxis : Axis
{
    private readonly List<(string Endpoint, string Method)> _places = [];

    public PlaceAxis(ImmutableArray<EndpointDefinition> endpoints, RouteReach reach)
    {
        for (int i = 0; i < endpoints.Length; i++)
        {
            Add(endpoints[i].Name, reach.OfEndpoint(i));
        }

        Add(BuiltIn.Other, reach.Unlisted);
    }

    public override int Count => _places.Count;

    public override bool Has(string key) => BuiltInDimension.Find(key) is { IsOfRoute: true };

    public override bool Satisfies(int value, string key, HashSet<string> wanted) =>
        wanted.Contains(BuiltInDimension.Find(key)!.ValueOf(_places[value].Endpoint, _places[value].Method));

    // Endpoints that are concerned in the same way are named together, and a part is left out where it says nothing.
    public override string Describe(IReadOnlyList<int> values)
    {
        var places = values.Select(value => _places[value]).ToHashSet();
        string[] methods = [.. places.Select(place => place.Method).Distinct().OrderBy(method => BuiltIn.Methods.IndexOf(method))];
        if (_places.All(place => !methods.Contains(place.Method) || places.Contains(place)))
        {
            return DescribeMethods(methods, [.. _places.Select(place => place.Method).Distinct()]);
        }

        var groups = places
            .GroupBy(place => place.Endpoint)
            .GroupBy(
                group => DescribeMethods(
                    [.. group.Select(place => place.Method)],
                    [.. _places.Where(place => place.Endpoint == group.Key).Select(place => place.Method)]),
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
                _places.Add((endpoint, BuiltIn.Methods[i]));
            }
        }
    }
}
