namespace OrleansLimiter.Policies.Tests;

/// <summary>Finds the first matching route of the file by trying all routes in order.</summary>
internal static class SlowMatch
{
    /// <summary>The endpoint and the resource; null if no route matches.</summary>
    public static (int Endpoint, string Resource)? First(PolicyDefinition policy, string method, string normalPath)
    {
        string[] path = normalPath == "/" ? [] : normalPath[1..].Split('/');
        for (int i = 0; i < policy.Endpoints.Length; i++)
        {
            EndpointDefinition endpoint = policy.Endpoints[i];
            foreach (RoutePattern route in endpoint.Routes)
            {
                string[] pattern = route.Path == "/" ? [] : route.Path[1..].Split('/');
                if ((route.Method is null || route.Method == (method == "HEAD" ? "GET" : method)) && Matches(pattern, path, policy.Paths))
                {
                    return (i, endpoint.Resource is null ? "" : SlowPath.Compared(path[Array.IndexOf(pattern, $"{{{endpoint.Resource}}}")], policy.Paths));
                }
            }
        }

        return null;
    }

    private static bool Matches(string[] pattern, string[] path, PathsDefinition paths)
    {
        if (pattern is [.., "**"])
        {
            pattern = pattern[..^1];
            path = path[..Math.Min(path.Length, pattern.Length)];
        }

        return pattern.Length == path.Length && pattern.Zip(path).All(pair =>
            pair.First.StartsWith('{') || SlowPath.Compared(pair.First, paths) == SlowPath.Compared(pair.Second, paths));
    }
}
