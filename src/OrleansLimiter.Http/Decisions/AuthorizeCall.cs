using System.Buffers;
using System.Net;
using System.Text;

namespace OrleansLimiter.Http;

/// <summary>
/// <c>/v1/authorize/{policy}</c>: decides whether a proxy may forward a request. The proxy can pass a refusal on to its caller
/// unchanged. All methods are accepted, because proxies use the method of the request. The body is never read.
/// </summary>
internal sealed class AuthorizeCall(
    ServedPolicies policies, TrustedProxies proxies, Decider decider, LimiterClock clock, Problems problems)
{
    /// <summary>Handles a request that routing has matched.</summary>
    public Task InvokeAsync(HttpContext context) => AuthorizeAsync(context, (string?)context.GetRouteValue("policy"));

    public Task AuthorizeAsync(HttpContext context, ReadOnlySpan<char> policy)
    {
        if (Read(context, policy, out ResolvedCheck check) is { } problem)
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

    private Problem? Read(HttpContext context, ReadOnlySpan<char> name, out ResolvedCheck check)
    {
        check = default;
        IHeaderDictionary headers = context.Request.Headers;
        (string value, string methodHeader, string uri, string uriHeader) = ("", "", "", "");
        if ((CheckResolver.Find(policies.Current, name, out ServedPolicy? served)
            ?? ForwardedRequest.Method(headers, out value, out methodHeader)
            ?? ForwardedRequest.Uri(headers, out uri, out uriHeader)) is { } problem)
        {
            return problem;
        }

        Policy policy = served!.Policy;
        if (!MethodNames.TryNormalize(value, out string? method, out string? error)
            || !policy.Endpoints.TryMatch(method, uri, out EndpointMatch endpoint, out error))
        {
            return ForwardedRequest.Bad(error!, method is null ? methodHeader : uriHeader);
        }

        IPAddress? caller = policy.Identity.ReadsAddress ? ForwardedRequest.Caller(context, proxies) : null;
        if (!policy.Identity.TryRead(new RequestHeaders(headers), caller, out RequestIdentity identity, out error, out string? header))
        {
            return ForwardedRequest.Bad(error, header);
        }

        check = ResolvedCheck.Of(served, identity, new()
        {
            Account = identity.Account,
            Method = method,
            Endpoint = endpoint,
            Attributes = identity.Attributes,
            Cost = 1,
        });
        return null;
    }

    private void Respond(HttpContext context, in Decision decision)
    {
        HttpResponse response = context.Response;
        ResponseTemplates templates = decision.Policy.Templates;
        int reported = Reporting.Of(decision);
        DateTimeOffset utcNow = clock.UtcNow;
        var headers = new ResponseHeaders(response.Headers);
        templates.WriteHeaders(decision, reported, utcNow, ref headers);
        FailureHeader.Write(response.Headers, decision.Notes);
        if (decision.Allowed)
        {
            response.ContentLength = 0;
            return;
        }

        response.StatusCode = templates.DeniedStatus;
        ReadOnlyMemory<byte> body = templates.StaticDeniedBody;
        if (body.IsEmpty && templates.DeniedBody(decision, reported, utcNow) is { } text)
        {
            body = Encoding.UTF8.GetBytes(text);
        }

        response.ContentType = templates.DeniedContentType;
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body.Span);
    }
}
