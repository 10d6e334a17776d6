using System.Buffers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.AspNetCore;

/// <summary>Writes the responses of requests that are refused or invalid.</summary>
internal sealed class Refusals(IServiceProvider services, LimiterClock clock)
{
    private readonly IProblemDetailsService? _problems = services.GetService<IProblemDetailsService>();

    /// <summary>Writes the headers of one of several policies.</summary>
    public void WriteHeaders(HttpContext context, in Decision decision, bool isOneOfSeveral)
    {
        var headers = new ResponseSink(context.Response.Headers, isOneOfSeveral);
        ResponseTemplates templates = decision.Policy.Templates;
        templates.WriteHeaders(decision, Reporting.Of(decision), templates.TimeOf(clock), ref headers);
        FailureHeader.Write(decision.Notes, ref headers);
    }

    /// <summary>Writes the headers of a remote limiter.</summary>
    public static void WriteHeaders(HttpContext context, RemoteDecision decision)
    {
        foreach ((string name, string value) in decision.Headers)
        {
            context.Response.Headers[name] = value;
        }
    }

    /// <summary>
    /// Writes the headers of all policies; policies that allow the request have no part in a refusal. Of two headers with the same name,
    /// the one of the first policy is used. Has no effect if the response has started.
    /// </summary>
    public void WriteHeaders(HttpContext context, RateLimitFeature feature)
    {
        if (feature.Remote is { } remote && !context.Response.HasStarted)
        {
            WriteHeaders(context, remote);
        }

        ReadOnlySpan<Decision> decisions = feature.Decisions;
        for (int i = decisions.Length - 1; i >= 0 && !context.Response.HasStarted; i--)
        {
            if (decisions[i].Allowed == feature.Allowed)
            {
                WriteHeaders(context, decisions[i], isOneOfSeveral: decisions.Length > 1);
            }
        }
    }

    /// <summary>Writes status and body of a refusal, after its headers.</summary>
    public Task RefuseAsync(HttpContext context, in Decision decision, RateLimitFeature feature)
    {
        if (IsAnswered(context, feature))
        {
            return Task.CompletedTask;
        }

        ResponseTemplates templates = decision.Policy.Templates;
        ReadOnlyMemory<byte> body = templates.DeniedBytes(decision, Reporting.Of(decision), templates.TimeOf(clock));
        return WriteAsync(context, templates.DeniedStatus, templates.DeniedContentType, body, feature);
    }

    /// <summary>Writes status and body of a refusal by a remote limiter, after its headers.</summary>
    public Task RefuseAsync(HttpContext context, RemoteDecision decision, RateLimitFeature feature) => IsAnswered(context, feature)
        ? Task.CompletedTask
        : WriteAsync(context, decision.Status, decision.ContentType, decision.Body, feature);

    /// <summary>Writes the response of a request that cannot be decided.</summary>
    public Task RejectAsync(HttpContext context, UndecidableRequest invalid)
    {
        if (GrpcStatus.IsGrpc(context.Request))
        {
            GrpcStatus.Write(context, GrpcStatus.InvalidArgument, invalid.Detail, retryAfter: null);
            return Task.CompletedTask;
        }

        context.Response.Headers.XContentTypeOptions = "nosniff"; // the detail can repeat text of the caller
        ProblemHttpResult problem = TypedResults.Problem(DisplayText.Escape(invalid.Detail), statusCode: StatusCodes.Status400BadRequest);
        return _problems is not null ? problem.ExecuteAsync(context) : ProblemJson.WriteAsync(context, problem.ProblemDetails);
    }

    private static bool IsAnswered(HttpContext context, RateLimitFeature feature)
    {
        if (context.Response.HasStarted)
        {
            return true; // OnDecision has written the response
        }

        if (GrpcStatus.IsGrpc(context.Request))
        {
            GrpcStatus.Write(context, GrpcStatus.ResourceExhausted, Describe(feature), feature.RetryAfter);
            return true;
        }

        return false;
    }

    private Task WriteAsync(HttpContext context, int status, string? contentType, ReadOnlyMemory<byte> body, RateLimitFeature feature)
    {
        context.Response.StatusCode = status;
        if (!body.IsEmpty)
        {
            context.Response.ContentType = contentType;
            context.Response.ContentLength = body.Length;
            context.Response.BodyWriter.Write(body.Span);
        }
        else if (_problems is not null)
        {
            return WriteProblemAsync(context, status, feature);
        }

        return Task.CompletedTask;
    }

    private async Task WriteProblemAsync(HttpContext context, int status, RateLimitFeature feature)
    {
        var problem = new ProblemDetails
        {
            Status = status,
            Title = ReasonPhrases.GetReasonPhrase(status),
            Detail = Describe(feature),
        };
        if (feature.Refused is { } refused)
        {
            problem.Extensions["policy"] = refused.Policy;
            problem.Extensions["limit"] = refused.Limit;
        }

        await _problems!.TryWriteAsync(new() { HttpContext = context, ProblemDetails = problem });
    }

    /// <summary>Why a request is refused, in a phrase.</summary>
    public static string Describe(RateLimitFeature feature) => feature.Refused is { } refused
        ? $"the limit '{refused.Limit}' of the policy '{refused.Policy}' is exceeded"
        : "the limits cannot be checked now";
}
