using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>Finds routes that earlier ones hide.</summary>
internal static class RouteCheck
{
    public static void Run(EndpointsDraft endpoints, RouteReach reach, PolicyErrorList errors)
    {
        var routes = endpoints.Routes;
        for (int i = 0; i < routes.Length; i++)
        {
            if (reach[i] == 0)
            {
                errors.Add(routes[i].At, Message(routes[i], reach.HidingRoute(i), endpoints.Endpoints));
            }
        }
    }

    private static string Message(RouteDraft route, RouteDraft? taker, ImmutableArray<EndpointDefinition> endpoints)
    {
        if (taker is null)
        {
            return $"the route '{route}' is never reached: the routes before it take all that it matches; leave it out";
        }

        return taker.ToString() == route.ToString()
            ? $"the route '{route}' is given twice; the first is in line {taker.At.Line}"
            : $"the route '{route}' is never reached: '{taker}' of endpoint '{endpoints[taker.Endpoint].Name}' "
                + $"in line {taker.At.Line} comes first; put the narrower route first";
    }
}
