namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Enforces the limits of the endpoint of each request. It runs after routing, and after authentication if identities are from claims.
/// </summary>
internal sealed partial class LimiterMiddleware(
    RequestDelegate next, DecisionSource source, EndpointPlans plans, RequestReader reader, Refusals refusals,
    Microsoft.Extensions.Options.IOptions<OrleansLimiterOptions> options)
{
    private readonly Action<HttpContext, IRateLimitFeature>? _onDecision = options.Value.OnDecision;
    private readonly Limiter _limiter = source.Local;
    private readonly RemoteLimiter? _remote = source.Remote;

    public Task InvokeAsync(HttpContext context)
    {
        EnforcedPolicy[] enforced = plans.For(context.GetEndpoint());

        // An error page is reached by a second run of the same request, which must not count twice.
        if (enforced.Length == 0 || context.Features[typeof(IRateLimitFeature)] is not null)
        {
            return next(context);
        }

        bool isRemote = _remote?.CanDecide(enforced) == true;
        if (enforced.Length > 1)
        {
            return DecideSeveralAsync(context, enforced);
        }

        if (!reader.TryRead(context, enforced[0], out LimitRequest request, out UndecidableRequest? invalid))
        {
            return invalid is null ? next(context) : refusals.RejectAsync(context, invalid);
        }

        if (isRemote)
        {
            return DecideRemotelyAsync(context, enforced[0].Policy, request);
        }

        ValueTask<Decision> pending = _limiter.CheckAsync(enforced[0].Policy, request);
        return pending.IsCompletedSuccessfully
            ? Continue(context, enforced[0], pending.Result)
            : DecideLaterAsync(context, enforced[0], pending);
    }

    // The reply of a store arrives on a thread that delivers the replies behind it, and the app may block its thread.
    private async Task DecideLaterAsync(HttpContext context, EnforcedPolicy enforced, ValueTask<Decision> pending)
    {
        Decision decision = await pending.ConfigureAwait(false);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await Continue(context, enforced, decision).ConfigureAwait(false);
    }

    // One or none of the policies takes permits, so a refusal takes none.
    private async Task DecideSeveralAsync(HttpContext context, EnforcedPolicy[] enforced)
    {
        List<LimitCall> calls = [];
        List<PolicyTally> tallies = [];
        foreach (EnforcedPolicy each in enforced)
        {
            if (reader.TryRead(context, each, out LimitRequest request, out UndecidableRequest? invalid))
            {
                calls.Add(new(each.Policy, request));
                tallies.Add(each.Tally);
            }
            else if (invalid is not null)
            {
                await refusals.RejectAsync(context, invalid).ConfigureAwait(false);
                return;
            }
        }

        if (calls.Count == 0)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        ValueTask<Decision[]> pending = _limiter.CheckAllAsync(calls.ToArray());
        bool isLate = !pending.IsCompleted;
        Decision[] decisions = await pending.ConfigureAwait(false);
        if (isLate)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        for (int i = 0; i < decisions.Length; i++)
        {
            tallies[i].Count(decisions[i], peek: false);
        }

        await Continue(context, decisions).ConfigureAwait(false);
    }

    private Task Continue(HttpContext context, EnforcedPolicy enforced, in Decision decision)
    {
        enforced.Tally.Count(decision, peek: false);
        RateLimitFeature feature = RateLimitFeature.Add(context, decision);
        refusals.WriteHeaders(context, decision, isOneOfSeveral: false);
        _onDecision?.Invoke(context, feature);
        return decision.Allowed ? next(context) : refusals.RefuseAsync(context, decision, feature);
    }

    // Of two headers with the same name, the one of the first policy is used. Policies that allow the request have no part in a refusal.
    private Task Continue(HttpContext context, Decision[] decisions)
    {
        RateLimitFeature feature = RateLimitFeature.Add(context, decisions);
        for (int i = decisions.Length - 1; i >= 0; i--)
        {
            if (decisions[i].Allowed == feature.Allowed)
            {
                refusals.WriteHeaders(context, decisions[i], isOneOfSeveral: true);
            }
        }

        _onDecision?.Invoke(context, feature);
        return feature.Allowed
            ? next(context)
            : refusals.RefuseAsync(context, Array.Find(decisions, decision => !decision.Allowed), feature);
    }
}
