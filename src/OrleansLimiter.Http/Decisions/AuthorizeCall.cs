using System.Buffers;
using System.Net;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Http;

/// <summary>
/// <c>/v1/authorize/{policy}</c> and <c>/v1/authorize/{policy}/{path}</c>: decides whether a proxy may forward a request. The proxy can
/// pass a refusal on to its caller unchanged. All methods are accepted, because proxies use the method of the request. The body is never
/// read.
/// </summary>
internal sealed class AuthorizeCall(
    ServedPolicies policies, TrustedProxies proxies, Decider decider, LimiterClock clock, Problems problems,
    IOptions<LimiterHttpOptions> options)
{
    /// <summary>Handles a request that routing has matched.</summary>
    public Task InvokeAsync(HttpContext context) => AuthorizeAsync(context, (string?)context.GetRouteValue("policy"), uri: []);

    /// <summary>Handles a call with a path that routing has matched, so the sender wrote the part before it in another way.</summary>
    public Task InvokePathAsync(HttpContext context) => problems.WriteAsync(context, new(
        ProblemReason.Path, $"the path has dot segments or escapes before the caller's path; send {AuthorizeTarget.Prefix}, the policy and "
            + "the caller's path", "path"));

    /// <summary>Decides a request.</summary>
    /// <param name="context">The call.</param>
    /// <param name="policy">The name of the policy.</param>
    /// <param name="uri">The path and query of the request; empty if headers contain them, and the method.</param>
    public Task AuthorizeAsync(HttpContext context, ReadOnlySpan<char> policy, ReadOnlySpan<char> uri)
    {
        if (Read(context, policy, uri, out ResolvedCheck check) is { } problem)
        {
            return problems.WriteAsync(context, problem);
        }

        ValueTask<Decision> pending = decider.DecideAsync(check);
        if (!pending.IsCompletedSuccessfully)
        {
            return RespondAsync(context, pending);
        }

        Respond(context, pending.Result);
        return Task.CompletedTask;
    }

    private async Task RespondAsync(HttpContext context, ValueTask<Decision> pending) => Respond(context, await pending);

    private Problem? Read(HttpContext context, ReadOnlySpan<char> name, ReadOnlySpan<char> uri, out ResolvedCheck check)
    {
        (check, string? method, EndpointMatch endpoint) = (default, null, default);
        if ((CheckResolver.Find(policies.Current, name, out ServedPolicy? served)
            ?? (uri.IsEmpty
                ? ReadHeaders(context.Request.Headers, served!.Policy, out method, out endpoint)
                : ReadTarget(context.Request.Method, uri.ToString(), served!.Policy, out method, out endpoint))) is { } problem)
        {
            return problem;
        }

        Policy policy = served!.Policy;
        IPAddress? caller = policy.Identity.ReadsAddress ? ForwardedRequest.Caller(context, proxies) : null;
        var headers = new RequestHeaders(context.Request.Headers);
        if (!policy.Identity.TryRead(headers, caller, out RequestIdentity identity, out string? error, out string? header))
        {
            return ForwardedRequest.Bad(error, header);
        }

        check = ResolvedCheck.Of(served, identity, new()
        {
            Account = identity.Account,
            Method = method!,
            Endpoint = endpoint,
            Attributes = identity.Attributes,
            Cost = 1,
        });
        return null;
    }

    private static Problem? ReadHeaders(IHeaderDictionary headers, Policy policy, out string? method, out EndpointMatch endpoint)
    {
        (method, endpoint, string uri, string uriHeader) = (null, default, "", "");
        if ((ForwardedRequest.Method(headers, out string value, out string methodHeader)
            ?? ForwardedRequest.Uri(headers, out uri, out uriHeader)) is { } problem)
        {
            return problem;
        }

        return MethodNames.TryNormalize(value, out method, out string? error)
            && policy.Endpoints.TryMatch(method, uri, out endpoint, out error)
            ? null
            : ForwardedRequest.Bad(error!, method is null ? methodHeader : uriHeader);
    }

    // Headers about method and path are ignored: the proxy need not remove those that a caller has sent.
    private static Problem? ReadTarget(string value, string uri, Policy policy, out string? method, out EndpointMatch endpoint)
    {
        endpoint = default;
        return MethodNames.TryNormalize(value, out method, out string? error)
            && policy.Endpoints.TryMatch(method, uri, out endpoint, out error)
            ? null
            : new(ProblemReason.Path, error!, method is null ? "method" : "path");
    }

    private void Respond(HttpContext context, in Decision decision)
    {
        HttpResponse response = context.Response;
        ResponseTemplates templates = decision.Policy.Templates;
        int reported = Reporting.Of(decision);
        DateTimeOffset utcNow = templates.TimeOf(clock);
        var headers = new ResponseHeaders(response.Headers);
        templates.WriteHeaders(decision, reported, utcNow, ref headers);
        FailureHeader.Write(decision.Notes, ref headers);
        if (decision.Allowed)
        {
            response.ContentLength = 0;
            return;
        }

        response.StatusCode = templates.AuthorizeStatus ?? options.Value.AuthorizeStatus ?? templates.DeniedStatus;
        ReadOnlyMemory<byte> body = templates.DeniedBytes(decision, reported, utcNow);
        response.ContentType = templates.DeniedContentType;
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body.Span);
    }
}
