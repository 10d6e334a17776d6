namespace OrleansLimiter.Policies;

/// <summary>A route of a policy, compiled.</summary>
/// <param name="Rank">Its place in the file: of all the routes that match, the lowest rank wins.</param>
/// <param name="Endpoint">The place of its endpoint in the policy.</param>
/// <param name="Method">In upper case; null: any.</param>
/// <param name="Template">Its path.</param>
/// <param name="Resource">The segment that is the resource; -1: none.</param>
internal sealed record Route(int Rank, int Endpoint, string? Method, RouteTemplate Template, int Resource);
