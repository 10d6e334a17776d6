using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Policies.Matching;

/// <summary>
/// Names the endpoint of a request: a pure function of policy, method and path, compiled once from the policy.
/// </summary>
/// <param name="policy">A valid policy.</param>
public sealed class EndpointMatcher(PolicyDefinition policy)
{
    /// <summary>Names the endpoint that a method and a path belong to.</summary>
    /// <param name="method">The HTTP method; lower case is read as upper case. HEAD is a method of its own, not GET.</param>
    /// <param name="pathAndQuery">A path, with or without a query, or an absolute http or https URI.</param>
    /// <param name="match">The endpoint.</param>
    /// <param name="fault">What is wrong with the input, in one sentence; null where nothing is.</param>
    public bool TryMatch(string method, string pathAndQuery, out EndpointMatch match, out string? fault) =>
        throw new NotImplementedException(policy.Name);

    /// <summary>Finds an endpoint that the caller names.</summary>
    /// <param name="endpoint">A name of the policy, or <c>other</c> where unlisted paths share one endpoint.</param>
    /// <param name="resource">The resource, as it would stand in a path; null where the endpoint has none.</param>
    /// <param name="match">The endpoint.</param>
    /// <param name="fault">What is wrong with the input, in one sentence; null where nothing is.</param>
    public bool TryByName(string endpoint, string? resource, out EndpointMatch match, out string? fault) =>
        throw new NotImplementedException(policy.Name);
}
