namespace OrleansLimiter.AspNetCore;

// Requests that a remote limiter decides.
internal sealed partial class LimiterMiddleware
{
    private async Task DecideRemotelyAsync(HttpContext context, Policy policy, LimitRequest request)
    {
        RemoteDecision decision = await _remote!.CheckAsync(policy, request).ConfigureAwait(false);
        RateLimitFeature feature = RateLimitFeature.Add(context, decision);
        Refusals.WriteHeaders(context, decision);
        _onDecision?.Invoke(context, feature);
        await (decision.Allowed ? next(context) : refusals.RefuseAsync(context, decision, feature)).ConfigureAwait(false);
    }
}
