using System.Diagnostics;
using Microsoft.AspNetCore.RateLimiting;

namespace OrleansLimiter.AspNetCore;

/// <summary>Answers the requests that the built-in middleware refuses.</summary>
/// <param name="refusals">Writes responses.</param>
/// <param name="body">Writes the body; null for that of the policy.</param>
internal sealed class Rejections(Refusals refusals, Func<OnRejectedContext, CancellationToken, ValueTask>? body)
{
    /// <summary>The callback for options whose callback is set or not; null if it is this one already.</summary>
    public static Func<OnRejectedContext, CancellationToken, ValueTask>? For(RateLimiterOptions options, Refusals refusals) =>
        options.OnRejected?.Target switch
        {
            Rejections => null,
            PolicyRateLimiters => new Rejections(refusals, body: null).RejectAsync,
            _ => new Rejections(refusals, options.OnRejected).RejectAsync,
        };

    /// <summary>Answers a refused request.</summary>
    public ValueTask RejectAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        GiveBack(context.HttpContext);
        return context.Lease switch
        {
            LimitLease { Invalid: { } invalid } => RejectAsync(context, invalid, cancellationToken),
            LimitLease { Feature: { } feature } => RefuseAsync(context, feature, cancellationToken),
            _ => body?.Invoke(context, cancellationToken) ?? default,
        };
    }

    // The request is refused, so what it has acquired was acquired in vain.
    private static void GiveBack(HttpContext context)
    {
        if (context.Features.Get<LimitLease>() is { IsAcquired: true } lease)
        {
            lease.Acquisition?.Cancel();
            context.Features.Set<LimitLease>(null);
        }
    }

    private ValueTask RejectAsync(OnRejectedContext context, UndecidableRequest invalid, CancellationToken cancellationToken)
    {
        if (body is null)
        {
            return new(refusals.RejectAsync(context.HttpContext, invalid));
        }

        context.HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
        return body(context, cancellationToken);
    }

    private ValueTask RefuseAsync(OnRejectedContext context, RateLimitFeature feature, CancellationToken cancellationToken)
    {
        HttpContext http = context.HttpContext;
        refusals.WriteHeaders(http, feature);
        if (feature.Remote is { } remote)
        {
            return RefuseAsync(context, remote, feature, cancellationToken);
        }

        foreach (ref readonly Decision decision in feature.Decisions)
        {
            if (decision.Allowed)
            {
                continue;
            }

            if (body is null)
            {
                return new(refusals.RefuseAsync(http, decision, feature));
            }

            http.Response.StatusCode = decision.Policy.Templates.DeniedStatus;
            return body(context, cancellationToken);
        }

        throw new UnreachableException();
    }

    private ValueTask RefuseAsync(
        OnRejectedContext context, RemoteDecision decision, RateLimitFeature feature, CancellationToken cancellationToken)
    {
        if (body is null)
        {
            return new(refusals.RefuseAsync(context.HttpContext, decision, feature));
        }

        context.HttpContext.Response.StatusCode = decision.Status;
        return body(context, cancellationToken);
    }
}
