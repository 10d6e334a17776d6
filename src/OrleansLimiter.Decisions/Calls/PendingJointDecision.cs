using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>A pending joint acquisition without an id, for a request of several groups. Its result is the decision.</summary>
internal sealed class PendingJointDecision : PendingCall<GroupReply[]?, Decision>
{
    [ThreadStatic]
    private static ThreadLocalPool<PendingJointDecision> s_pool;

    private Limiter _limiter = null!;
    private Policy _policy = null!;
    private Plan _plan = null!;
    private LimitRequest _request;
    private GroupRequest[] _requests = null!;
    private Deadline _deadline;

    /// <summary>Waits for the replies, and composes the decision.</summary>
    /// <param name="limiter">The limiter, for groups that cannot decide in one step, and to try again after contention.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="plan">The plan of the request.</param>
    /// <param name="request">The request.</param>
    /// <param name="requests">The acquisitions.</param>
    /// <param name="pending">The call, which has not completed.</param>
    /// <param name="deadline">The deadline of the decision.</param>
    /// <param name="queue">The deadline queue.</param>
    /// <param name="onException">Receives the exception of the call.</param>
    public static ValueTask<Decision> WaitAsync(
        Limiter limiter, Policy policy, Plan plan, in LimitRequest request, GroupRequest[] requests,
        ValueTask<GroupReply[]?> pending, Deadline deadline, DeadlineQueue queue, Action<Exception> onException)
    {
        PendingJointDecision call = s_pool.Rent() ?? new();
        (call._limiter, call._policy, call._plan, call._requests, call._deadline) = (limiter, policy, plan, requests, deadline);
        call._request = request;
        return call.WaitAsync(pending, deadline.Due, queue, onException);
    }

    protected override GroupReply[]? Unavailable() => MultiGroupAcquisition.NoReplies(_requests.Length);

    protected override void OnReply(in GroupReply[]? replies)
    {
        if (replies is null || MultiGroupAcquisition.IsContended(replies))
        {
            _ = DecideAsync(replies);
            return;
        }

        Decision decision;
        try
        {
            decision = DecisionComposer.Compose(_policy, _plan, _request, replies);
        }
        catch (Exception exception)
        {
            Fail(exception); // a reply that does not match its request is a bug of the store; thrown here, it would end the process
            return;
        }

        Finish(decision);
    }

    // Without an id there is nothing to cancel: the request was allowed.
    protected override void OnLateReply(in GroupReply[]? replies)
    {
    }

    protected override void Clear()
    {
        (_limiter, _policy, _plan, _requests, _request, _deadline) = (null!, null!, null!, null!, default, default);
        s_pool.Return(this);
    }

    private async Task DecideAsync(GroupReply[]? replies)
    {
        Decision decision;
        try
        {
            decision = await _limiter.DecideApartAsync(_policy, _plan, _request, _requests, replies, _deadline).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(exception);
            return;
        }

        Finish(decision);
    }
}
