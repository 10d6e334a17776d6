using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// The limits of the app's requests as a limiter of the base class library: identity, endpoint and cost are those of the middleware.
/// </summary>
/// <remarks>
/// The built-in middleware asks twice: it attempts, and acquires if the attempt fails. In a chain, the attempt can fail because of another
/// limiter. The lease of this limiter is disposed then, and the second question gets it again, so that the request counts once. The same
/// holds for the second run of a request, for an error page.
/// </remarks>
internal sealed class RequestRateLimiter(EndpointPlans plans, RequestReader reader, Refusals refusals, LeaseIssuer issuer)
    : PartitionedRateLimiter<HttpContext>
{
    private volatile bool _isDisposed;

    /// <summary>Whether every attempt decides.</summary>
    public bool DecidesAttempts => issuer.DecidesAttempts;

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics(HttpContext resource)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        LimitCall[]? calls = Read(resource, permits: 0, out LimitLease? other, out _);
        long? available = calls is null ? (other!.IsAcquired ? long.MaxValue : 0)
            : issuer.Available(calls) is { } now ? now
            : resource.Features.Get<LimitLease>()?.Feature is { } decided ? LeaseIssuer.Available(decided, calls)
            : null;
        return available is { } permits ? issuer.Statistics(permits) : null;
    }

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Known(resource, permitCount)
            ?? (Read(resource, permitCount, out LimitLease? other, out _) is { } calls
                ? Keep(resource, permitCount, issuer.AttemptAcquire(calls))
                : issuer.Note(other!));
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(
        HttpContext resource, int permitCount, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Known(resource, permitCount) is { } known)
        {
            return new(known);
        }

        if (Read(resource, permitCount, out LimitLease? other, out EnforcedPolicy[] enforced) is not { } calls)
        {
            return new(issuer.Note(other!));
        }

        ValueTask<LimitLease> pending = issuer.AcquireAsync(calls, cancellationToken, issuer.CanAsk(enforced));
        return pending.IsCompletedSuccessfully
            ? new(Keep(resource, permitCount, pending.Result))
            : AwaitAsync(resource, permitCount, pending);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _isDisposed = true;

    private async ValueTask<RateLimitLease> AwaitAsync(HttpContext context, int permits, ValueTask<LimitLease> pending) =>
        Keep(context, permits, await pending.ConfigureAwait(false));

    private LimitLease? Known(HttpContext context, int permits) =>
        context.Features.Get<LimitLease>() is { IsAcquired: true, IsDisposed: true } known && known.Permits == permits
            ? known.Renew()
            : null;

    // Null if no limit applies, or if the request is invalid: then there is a lease already.
    private LimitCall[]? Read(HttpContext context, int permits, out LimitLease? other, out EnforcedPolicy[] enforced)
    {
        List<LimitCall> calls = [];
        enforced = plans.For(context.GetEndpoint());
        foreach (EnforcedPolicy each in enforced)
        {
            if (reader.TryRead(context, each, out LimitRequest request, out UndecidableRequest? invalid))
            {
                calls.Add(new(each.Policy, request));
            }
            else if (invalid is not null)
            {
                other = LimitLease.Of(invalid);
                return null;
            }
        }

        other = calls.Count == 0 ? LimitLease.Unlimited : null;
        LimitCall[] all = [.. calls];
        LeaseIssuer.SetPermits(all, permits);
        return calls.Count == 0 ? null : all;
    }

    // The endpoint can read the decision, and a success has the headers of the policies. Those of a refusal are written when all limiters
    // have been asked.
    private LimitLease Keep(HttpContext context, int permits, LimitLease lease)
    {
        if (permits == 0 || lease.Feature is not { } feature)
        {
            return lease;
        }

        lease.Permits = permits;
        context.Features.Set(lease);
        context.Features.Set<IRateLimitFeature>(feature);
        if (feature.Allowed)
        {
            refusals.WriteHeaders(context, feature);
        }

        return lease;
    }
}
