namespace OrleansLimiter.Policies;

/// <summary>The endpoint of a request.</summary>
/// <param name="Index">The index of the endpoint in the policy; -1 if the request matches no route.</param>
/// <param name="Name">The name in the policy, <c>other</c>, or the method and path with ids replaced.</param>
/// <param name="Resource">The value of the resource parameter of the endpoint; empty if it has none.</param>
public readonly record struct EndpointMatch(int Index, string Name, string Resource);
