namespace OrleansLimiter.Policies;

/// <summary>
/// The methods that reach each route if the first route that matches is used. A route is tested with sample paths: its own path
/// with each parameter replaced by a word that is in no route, and <c>**</c> replaced by none, one, two … such words. Only parameters
/// match these words, so routes that match every sample, also several routes together, match every request.
/// </summary>
internal sealed class RouteReach
{
    private const int AllMethods = (1 << 8) - 1;

    private readonly ImmutableArray<RouteDraft> _routes;
    private readonly int[] _methods;
    private readonly int _longest;
    private readonly StringComparison _comparison;

    public RouteReach(ImmutableArray<RouteDraft> routes, bool ignoresCase)
    {
        _routes = routes;
        _comparison = ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        _longest = routes.Select(route => route.Template.Segments.Length).DefaultIfEmpty().Max();
        _methods = [.. routes.Select((route, index) => Reach(MethodsOf(route), route.Template.Segments, route.Template.HasRest, index))];
        Unlisted = Reach(AllMethods, [], hasRest: true, routes.Length);
    }

    /// <summary>The methods that reach no route on some path, as bits in the order of <see cref="BuiltIn.Methods"/>.</summary>
    public int Unlisted { get; }

    /// <summary>The methods that reach a route on some path; 0 if it is never reached.</summary>
    public int this[int route] => _methods[route];

    /// <summary>
    /// The methods that reach an endpoint. For an endpoint that is never reached, which is an error, they are all its methods, so that
    /// there are no further errors.
    /// </summary>
    public int OfEndpoint(int endpoint)
    {
        int[] own = [.. Enumerable.Range(0, _routes.Length).Where(i => _routes[i].Endpoint == endpoint)];
        int reached = own.Aggregate(0, (methods, i) => methods | _methods[i]);
        return reached != 0 ? reached : own.Aggregate(0, (methods, i) => methods | MethodsOf(_routes[i]));
    }

    /// <summary>The first earlier route that matches requests of a route; null if there is none.</summary>
    public RouteDraft? HidingRoute(int route) =>
        Enumerable.Range(0, route)
            .Where(earlier => (MethodsOf(_routes[earlier]) & MethodsOf(_routes[route])) != 0
                && Matches(_routes[earlier], _routes[route].Template.Segments, 0))
            .Select(earlier => _routes[earlier])
            .FirstOrDefault();

    private static int MethodsOf(RouteDraft route) => route.Pattern.Method switch
    {
        null => AllMethods,
        "GET" => Bit("GET") | Bit("HEAD"),
        var method => Bit(method),
    };

    private static int Bit(string method) => 1 << BuiltIn.Methods.IndexOf(method);

    private int Reach(int methods, ImmutableArray<string?> path, bool hasRest, int before)
    {
        int reached = 0;
        int most = hasRest ? Math.Max(0, _longest - path.Length) + 1 : 0;
        for (int more = 0; more <= most && reached != methods; more++)
        {
            int left = methods & ~reached;
            for (int i = 0; i < before && left != 0; i++)
            {
                if (Matches(_routes[i], path, more))
                {
                    left &= ~MethodsOf(_routes[i]);
                }
            }

            reached |= left;
        }

        return reached;
    }

    // Whether a route matches a path whose parameters, and `more` further segments, are words that are in no route.
    private bool Matches(RouteDraft route, ImmutableArray<string?> path, int more)
    {
        int length = path.Length + more;
        if (route.Template.HasRest ? route.Template.Segments.Length > length : route.Template.Segments.Length != length)
        {
            return false;
        }

        for (int i = 0; i < route.Template.Segments.Length; i++)
        {
            if (route.Template.Segments[i] is { } literal && (i >= path.Length || !literal.Equals(path[i], _comparison)))
            {
                return false;
            }
        }

        return true;
    }
}
