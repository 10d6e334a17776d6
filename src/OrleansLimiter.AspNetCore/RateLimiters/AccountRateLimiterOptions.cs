namespace OrleansLimiter.AspNetCore;

/// <summary>What a limiter of one account counts: as the requests of this account, with this method and path.</summary>
public sealed class AccountRateLimiterOptions
{
    /// <summary>The name of a policy, or <c>policy/limit</c>.</summary>
    public required string Limits { get; init; }

    /// <summary>The account that is limited.</summary>
    public required Account Account { get; init; }

    /// <summary>The HTTP method. Default: <c>GET</c>.</summary>
    public string Method { get; init; } = HttpMethods.Get;

    /// <summary>
    /// The path, which the policy matches with its endpoints. Limits of the scope <c>account</c> do not depend on it, unless they have a
    /// condition for endpoints. Default: <c>/</c>.
    /// </summary>
    public string Path { get; init; } = "/";

    /// <summary>The values of the policy's attributes, by name. Default: empty; the defaults of the policy.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>The permits of the limits that one permit of the limiter takes, 1 or more. Default: 1.</summary>
    public int Cost { get; init; } = 1;
}
