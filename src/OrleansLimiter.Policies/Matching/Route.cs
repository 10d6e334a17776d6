namespace OrleansLimiter.Policies;

/// <summary>A compiled route of a policy.</summary>
/// <param name="Rank">The index of the route in the file. Of all routes that match, the lowest rank is used.</param>
/// <param name="Endpoint">The index of the endpoint in the policy.</param>
/// <param name="Method">The method in upper case; null for any method.</param>
/// <param name="Template">The path.</param>
/// <param name="Resource">The index of the segment that is the resource; -1 if there is none.</param>
internal sealed record Route(int Rank, int Endpoint, string? Method, RouteTemplate Template, int Resource);
