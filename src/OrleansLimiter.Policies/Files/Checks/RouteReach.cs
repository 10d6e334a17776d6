using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>
/// Which methods reach each route when the first that matches wins. A route is tried with witnesses: its own path
/// with every parameter set to a word that no route mentions, and <c>**</c> set to none, one, two … such words. Only
/// parameters can match such words, so routes that take every witness take every request; the union of several
/// counts too.
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
        _longest = routes.Select(route => route.Segments.Length).DefaultIfEmpty().Max();
        _methods = [.. routes.Select((route, index) => Reach(MethodsOf(route), route.Segments, route.HasRest, index))];
        Unlisted = Reach(AllMethods, [], hasRest: true, routes.Length);
    }

    /// <summary>The methods that reach no route at all on some path, as bits in the order of <see cref="BuiltIn.Methods"/>.</summary>
    public int Unlisted { get; }

    /// <summary>The methods with which a route is reached on some path; 0: it never is.</summary>
    public int this[int route] => _methods[route];

    /// <summary>
    /// The methods of an endpoint. One that is never reached is reported as such, and keeps its own here, so that
    /// nothing else complains for the same reason.
    /// </summary>
    public int OfEndpoint(int endpoint)
    {
        int reached = 0;
        int own = 0;
        for (int i = 0; i < _routes.Length; i++)
        {
            if (_routes[i].Endpoint == endpoint)
            {
                reached |= _methods[i];
                own |= MethodsOf(_routes[i]);
            }
        }

        return reached == 0 ? own : reached;
    }

    /// <summary>The first earlier route that takes a part of what a route would match.</summary>
    public RouteDraft? HidingRoute(int route) =>
        Enumerable.Range(0, route)
            .Where(earlier => (MethodsOf(_routes[earlier]) & MethodsOf(_routes[route])) != 0
                && Matches(_routes[earlier], _routes[route].Segments, 0))
            .Select(earlier => _routes[earlier])
            .FirstOrDefault();

    private static int MethodsOf(RouteDraft route) =>
        route.Pattern.Method switch
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

    /// <summary>
    /// Whether a route matches a path whose parameters, and <paramref name="more"/> further segments, are unheard-of words.
    /// </summary>
    private bool Matches(RouteDraft route, ImmutableArray<string?> path, int more)
    {
        int length = path.Length + more;
        if (route.HasRest ? route.Segments.Length > length : route.Segments.Length != length)
        {
            return false;
        }

        for (int i = 0; i < route.Segments.Length; i++)
        {
            if (route.Segments[i] is { } literal && (i >= path.Length || !literal.Equals(path[i], _comparison)))
            {
                return false;
            }
        }

        return true;
    }
}
