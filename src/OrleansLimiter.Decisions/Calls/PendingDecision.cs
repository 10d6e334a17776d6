using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>A pending call for a request of one group. Its result is the decision.</summary>
internal sealed class PendingDecision : PendingCall<GroupReply, Decision>
{
    [ThreadStatic]
    private static ThreadLocalPool<PendingDecision> s_pool;

    private Limiter _limiter = null!;
    private Policy _policy = null!;
    private Plan _plan = null!;
    private LimitRequest _request;
    private Deadline _deadline;

    /// <summary>Waits for the reply, and composes the decision.</summary>
    /// <param name="limiter">The limiter, to try again after contention.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="plan">The plan of the request, with one group.</param>
    /// <param name="request">The request.</param>
    /// <param name="pending">The call, which has not completed.</param>
    /// <param name="deadline">The deadline of the decision.</param>
    /// <param name="queue">The deadline queue.</param>
    /// <param name="onException">Receives the exception of the call.</param>
    public static ValueTask<Decision> WaitAsync(
        Limiter limiter, Policy policy, Plan plan, in LimitRequest request,
        ValueTask<GroupReply> pending, Deadline deadline, DeadlineQueue queue, Action<Exception> onException)
    {
        PendingDecision call = s_pool.Rent() ?? new();
        (call._limiter, call._policy, call._plan, call._deadline) = (limiter, policy, plan, deadline);
        call._request = request;
        return call.WaitAsync(pending, deadline.Due, queue, onException);
    }

    protected override GroupReply Unavailable() => GroupReply.Unavailable();

    protected override void OnReply(in GroupReply reply)
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
            Fail(exception); // a reply that does not match its request is a bug of the store; thrown here, it would end the process
            return;
        }

        Finish(decision);
    }

    // A late reply has no effect: the decision has been made.
    protected override void OnLateReply(in GroupReply reply)
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
