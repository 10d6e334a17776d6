namespace OrleansLimiter.Decisions;

/// <summary>What a service asks the limiter: who does what, and how many permits that takes.</summary>
/// <param name="account">
/// The name of the account, as in <see cref="AccountNames"/>; null if the policy limits <see cref="Address"/>.
/// </param>
public sealed class LimiterCheck(string? account)
{
    /// <summary>The name of the account.</summary>
    public string? Account { get; } = account;

    /// <summary>The address of the caller, for policies with the account source <c>ip</c>. Default: null.</summary>
    public string? Address { get; init; }

    /// <summary>
    /// The name of an endpoint of the policy. Default: null; the endpoint of <see cref="Path"/>, or without a path the one that unlisted
    /// paths share.
    /// </summary>
    public string? Endpoint { get; init; }

    /// <summary>The resource, if <see cref="Endpoint"/> is limited by resource. Default: null.</summary>
    public string? Resource { get; init; }

    /// <summary>The path, instead of <see cref="Endpoint"/>, with or without a query. Default: null.</summary>
    public string? Path { get; init; }

    /// <summary>The HTTP method, for limits that distinguish methods. Default: GET.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The values of the attributes of the policy, such as <c>plan</c>. Default: null, the defaults of the policy.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>The number of permits, 1 or more. Default: 1.</summary>
    public int Cost { get; init; } = 1;

    /// <summary>Whether the check only reads the limits and takes no permits. Default: false.</summary>
    public bool Peek { get; init; }

    /// <summary>Returns the request of a policy.</summary>
    /// <exception cref="ArgumentException">A value is invalid.</exception>
    internal LimitRequest RequestOf(Policy policy)
    {
        if (Cost < 1)
        {
            throw Invalid($"cost: it is {Cost}; give 1 or more");
        }

        if (!MethodNames.TryNormalize(Method, out string? method, out string? error))
        {
            throw Invalid($"method: {error}");
        }

        if (!policy.Identity.TryRead(Account, Address, null, Attributes, out RequestIdentity identity, out error, out _))
        {
            throw Invalid(error);
        }

        return new()
        {
            Account = identity.Account,
            Method = method,
            Endpoint = EndpointOf(policy, method),
            Attributes = identity.Attributes,
            Cost = Cost,
            Peek = Peek,
        };
    }

    private static ArgumentException Invalid(string error) => new($"The check is invalid: {error}", "check");

    private EndpointMatch EndpointOf(Policy policy, string method)
    {
        if (Path is not null && (Endpoint ?? Resource) is not null)
        {
            throw Invalid("path: it is given beside endpoint or resource; give one of them");
        }

        string? error;
        return Path is not null
            ? policy.Endpoints.TryMatch(method, Path, out EndpointMatch matched, out error) ? matched : throw Invalid($"path: {error}")
            : policy.Endpoints.TryByName(Endpoint ?? BuiltIn.Other, Resource, out EndpointMatch named, out error)
                ? named : throw Invalid($"endpoint: {error}");
    }
}
