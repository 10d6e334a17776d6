namespace OrleansLimiter.Policies;

/// <summary>Which endpoint a request belongs to.</summary>
/// <param name="Index">The endpoint's place in the policy; -1: unlisted.</param>
/// <param name="Name">The endpoint's name: as in the policy, <c>other</c>, or the route with ids taken out.</param>
/// <param name="Resource">The value of the endpoint's resource parameter; empty if it has none.</param>
public readonly record struct EndpointMatch(int Index, string Name, string Resource);
