using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansLimiter.Policies.Decisions;
using OrleansLimiter.Policies.Identity;
using OrleansLimiter.Policies.Matching;
using OrleansLimiter.Policies.Responses;

namespace OrleansLimiter.Http;

/// <summary>
/// <c>/v1/authorize/{policy}</c>: a proxy asks whether a request may pass, and passes our refusal on as it is. Every method,
/// because proxies ask with that of the request; the body is never read.
/// </summary>
internal sealed class AuthorizeCall(
    ServedPolicies policies, TrustedProxies proxies, Decider decider, LimiterClock clock, Problems problems)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (Read(context, out ResolvedCheck check) is { } problem)
        {
            await problems.AnswerAsync(context, problem);
            return;
        }

        Answer(context, await decider.DecideAsync(check));
    }

    private Problem? Read(HttpContext context, out ResolvedCheck check)
    {
        check = default;
        IHeaderDictionary headers = context.Request.Headers;
        string asked = "";
        string uri = "";
        if ((CheckResolver.Find(policies.Current, (string?)context.GetRouteValue("policy"), out ServedPolicy? served)
            ?? ForwardedRequest.Method(headers, out asked) ?? ForwardedRequest.Uri(headers, out uri)) is { } problem)
        {
            return problem;
        }

        Policy policy = served!.Policy;
        if (!MethodNames.TryNormalize(asked, out string? method, out string? fault)
            || !policy.Endpoints.TryMatch(method, uri, out EndpointMatch endpoint, out fault))
        {
            return ForwardedRequest.Bad(fault!, method is null ? ForwardedRequest.MethodName(headers) : ForwardedRequest.UriName(headers));
        }

        if (!policy.Identity.TryRead(
            new RequestHeaders(headers), ForwardedRequest.Caller(context, proxies), out RequestIdentity identity, out fault))
        {
            return ForwardedRequest.Bad(fault, null);
        }

        check = ResolvedCheck.Of(served, identity, method, endpoint);
        return null;
    }

    private void Answer(HttpContext context, in Decision decision)
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
