namespace OrleansLimiter.Policies;

/// <summary>Finds routes that are never reached because of earlier routes.</summary>
internal static class RouteCheck
{
    public static void Run(EndpointsDraft endpoints, RouteReach reach, PolicyErrorList errors)
    {
        foreach (var (i, route) in endpoints.Routes.Index().Where(pair => reach[pair.Index] == 0))
        {
            string reason = reach.HidingRoute(i) is not { } other
                ? "is never reached: the routes before it match all its requests; leave it out"
                : other.ToString() == route.ToString() ? $"is given twice; the first is in line {other.At.Line}"
                : $"is never reached: '{other}' of endpoint '{endpoints.Endpoints[other.Endpoint].Name}' "
                    + $"in line {other.At.Line} comes first; put the narrower route first";
            errors.Add(route.At, $"the route '{route}' {reason}");
        }
    }
}
