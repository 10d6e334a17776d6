using System.Net;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// The options of the limiter in an app. They are read when the app starts; only the files of <see cref="Policies"/> are read again.
/// </summary>
public sealed class OrleansLimiterOptions
{
    /// <summary>
    /// The policies: files, or folders of which every <c>*.yaml</c> and <c>*.yml</c> is read. A relative path begins at the content root of
    /// the app. Changes are in force within a second; an invalid change is logged, and the policy in force stays. At least one; if a file
    /// is invalid, the app does not start.
    /// </summary>
    public IList<string> Policies { get; } = [];

    /// <summary>
    /// The names of the policies that apply to every request, in addition to those that endpoints require. Default: empty; if exactly one
    /// policy is loaded when the app starts, this policy applies.
    /// </summary>
    public IList<string> GlobalPolicies { get; } = [];

    /// <summary>How the endpoint of a policy is found. Default: <see cref="EndpointSource.Route"/>.</summary>
    public EndpointSource EndpointSource { get; set; } = EndpointSource.Route;

    /// <summary>
    /// Where the values come from that policies read from headers, such as a claim of the user. Default: from the headers of the request.
    /// </summary>
    public IdentityBindings Identity { get; } = new();

    /// <summary>
    /// Returns the address of the caller, for policies with the account source <c>ip</c>; null if it is not known. Default: the remote
    /// address of the connection, which the middleware for forwarded headers can set.
    /// </summary>
    public Func<HttpContext, IPAddress?> Address { get; set; } = static context => context.Connection.RemoteIpAddress;

    /// <summary>
    /// Returns the number of permits that a request takes. With 0 or less, the request is neither counted nor refused. The cost of an
    /// endpoint comes first. Default: null, 1 permit.
    /// </summary>
    public Func<HttpContext, int>? Cost { get; set; }

    /// <summary>
    /// Is called after each decision, before the response of a refusal is written. It can write the response itself. Default: null.
    /// </summary>
    public Action<HttpContext, IRateLimitFeature>? OnDecision { get; set; }

    /// <summary>
    /// Whether permits that <see cref="PolicyRateLimiters.Requests"/> has acquired for a request are given back if another limiter of the
    /// built-in middleware refuses the request within 2 s. The counts then remember each acquisition for 2 s, which costs time and memory.
    /// Default: false; such a request counts once.
    /// </summary>
    public bool GiveBackRefused { get; set; }

    /// <summary>
    /// The file of the overrides, which is created with the first override. Another process must not use it. A relative path begins at the
    /// content root of the app. Default: null; overrides are in memory and end with the process.
    /// </summary>
    public string? OverridesFile { get; set; }

    /// <summary>
    /// The maximum number of living bucket groups of the in-process store, 1 or more. Default: <see cref="LivingGroups.DefaultMax"/>.
    /// </summary>
    public int MaxGroups { get; set; } = LivingGroups.DefaultMax;

    /// <summary>
    /// The maximum of the estimated memory of living bucket groups of the in-process store in bytes, 1 or more. Default: null, <see
    /// cref="LivingGroups.DefaultMaxBytes"/>.
    /// </summary>
    public long? MaxGroupMemory { get; set; }
}

/// <summary>How the endpoint of a policy is found.</summary>
public enum EndpointSource
{
    /// <summary>
    /// By the route template of the endpoint that ASP.NET Core has matched. <c>/orders/{id}</c> is the endpoint of a policy that has the
    /// route <c>/orders/{order_id}</c>, and the route value is its resource. If the policy does not have such a route, the template is an
    /// endpoint of its own, whatever its parameters contain. A request without an endpoint, and a template with optional or catch-all
    /// parameters, are matched as with <see cref="Path"/>.
    /// </summary>
    Route,

    /// <summary>By the method and the target of the request as the caller has sent it, as the limiter does behind a proxy.</summary>
    Path,
}
