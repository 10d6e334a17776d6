namespace OrleansLimiter.AspNetCore;

// Requests that a remote limiter decides.
internal sealed partial class LimiterMiddleware
{
    private async Task DecideRemotelyAsync(HttpContext context, Policy policy, LimitRequest request)
    {
        RemoteDecision decision = await _remote!.CheckAsync(policy, request).ConfigureAwait(false);
        RateLimitFeature feature = RateLimitFeature.Add(context, decision);
        foreach ((string name, string value) in decision.Headers)
        {
            context.Response.Headers[name] = value;
        }

        _onDecision?.Invoke(context, feature);
        await (decision.Allowed ? next(context) : refusals.RefuseAsync(context, decision, feature)).ConfigureAwait(false);
    }
}
