using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>The call of a request of one group, and the decision that follows from its answer.</summary>
internal sealed class TimedDecision : TimedCall<Decision>
{
    [ThreadStatic]
    private static ThreadLocalPool<TimedDecision> s_pool;

    private Limiter _limiter = null!;
    private Policy _policy = null!;
    private Plan _plan = null!;
    private LimitRequest _request;
    private Deadline _deadline;

    /// <summary>Waits for the call, and decides.</summary>
    /// <param name="limiter">Asks once more after contention.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="plan">What the request needs: one group.</param>
    /// <param name="request">The request.</param>
    /// <param name="asked">The call, not yet answered.</param>
    /// <param name="deadline">Until when.</param>
    /// <param name="queue">What keeps the time.</param>
    /// <param name="failed">Told what the call threw.</param>
    public static ValueTask<Decision> WaitAsync(
        Limiter limiter, Policy policy, Plan plan, in LimitRequest request,
        ValueTask<GroupReply> asked, Deadline deadline, DeadlineQueue queue, Action<Exception> failed)
    {
        TimedDecision call = s_pool.Rent() ?? new();
        (call._limiter, call._policy, call._plan, call._deadline) = (limiter, policy, plan, deadline);
        call._request = request;
        return call.WaitAsync(asked, deadline.Due, queue, failed);
    }

    protected override void Came(in GroupReply reply)
    {
        if (reply.Contended)
        {
            _ = TryAgainAsync(reply);
            return;
        }

        Decision decision;
        try
        {
            decision = DecisionComposer.Compose(_policy, _plan, _request, reply);
        }
        catch (Exception exception)
        {
            Fail(exception); // a reply that does not fit its request is a bug of the store; here it would end the process
            return;
        }

        Finish(decision);
    }

    // It counts: the request has passed, or a refusal is on its way to be returned.
    protected override void CameLate(in GroupReply reply)
    {
    }

    protected override void Clear()
    {
        (_limiter, _policy, _plan, _request, _deadline) = (null!, null!, null!, default, default);
        s_pool.Return(this);
    }

    private async Task TryAgainAsync(GroupReply reply)
    {
        Decision decision;
        try
        {
            decision = await _limiter.TryAgainAsync(_policy, _plan, _request, reply, _deadline).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(exception);
            return;
        }

        Finish(decision);
    }
}
