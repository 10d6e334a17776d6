using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansLimiter.AspNetCore;

/// <summary>A request that cannot be decided, because its identity or its target is invalid.</summary>
/// <param name="Detail">What was found, and what would be right.</param>
internal sealed record UndecidableRequest(string Detail);

/// <summary>Reads the requests of an app.</summary>
internal sealed class RequestReader(OrleansLimiterOptions options)
{
    /// <summary>Reads a request. False if the policy does not count it, or if it is invalid.</summary>
    public bool TryRead(HttpContext context, EnforcedPolicy enforced, out LimitRequest request, out UndecidableRequest? invalid)
    {
        (request, invalid) = (default, null);
        int cost = enforced.Cost ?? (enforced.CostOf ?? options.Cost)?.Invoke(context) ?? 1;
        if (cost < 1)
        {
            return false;
        }

        Policy policy = enforced.Policy;
        IPAddress? address = policy.Identity.ReadsAddress ? options.Address(context) : null;
        var values = new RequestValues(context, options.Identity);
        if (!policy.Identity.TryRead(values, address, out RequestIdentity identity, out string? error, out string? header))
        {
            invalid = new(Explain(error, header));
            return false;
        }

        if (!MethodNames.TryNormalize(context.Request.Method, out string? method, out error)
            || !enforced.TryMatch(context, method, out EndpointMatch endpoint, out error))
        {
            invalid = new(error);
            return false;
        }

        enforced.Tally.UnknownValues(identity.UnknownValues);
        request = new()
        {
            Account = identity.Account,
            Method = method,
            Endpoint = endpoint,
            Attributes = identity.Attributes,
            Cost = cost,
        };
        return true;
    }

    /// <summary>
    /// The target of a request as it was sent, which routing has not decoded. The targets of CONNECT, and of OPTIONS for the whole server,
    /// have no path.
    /// </summary>
    public static string TargetOf(HttpContext context)
    {
        string? target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return string.IsNullOrEmpty(target) ? (context.Request.PathBase + context.Request.Path).ToUriComponent()
            : target.StartsWith('/') || target.Contains("://", StringComparison.Ordinal) ? target
            : "/";
    }

    // The policy names a header, but a bound value comes from elsewhere.
    private string Explain(string error, string? header) =>
        header is not null && options.Identity.TryGet(header, out IdentityBinding? binding)
            ? error.Replace($"the header {header}", binding.Description, StringComparison.Ordinal)
            : error;
}
