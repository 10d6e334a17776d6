using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>A pending call for a request. Its result is the decision.</summary>
internal abstract class PendingDecision<TReply> : PendingCall<TReply, Decision>
{
    private LimitRequest _request;

    protected Limiter Limiter { get; private set; } = null!;

    protected Policy Policy { get; private set; } = null!;

    protected Plan Plan { get; private set; } = null!;

    protected ref readonly LimitRequest Request => ref _request;

    protected Deadline Deadline { get; private set; }

    /// <summary>Waits for the reply, and composes the decision.</summary>
    /// <param name="limiter">The limiter, for another attempt.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="plan">The plan of the request.</param>
    /// <param name="request">The request.</param>
    /// <param name="pending">The call, which has not completed.</param>
    /// <param name="deadline">The deadline of the decision.</param>
    /// <param name="queue">The deadline queue.</param>
    /// <param name="onException">Receives the exception of the call.</param>
    public ValueTask<Decision> WaitAsync(
        Limiter limiter, Policy policy, Plan plan, in LimitRequest request,
        ValueTask<TReply> pending, Deadline deadline, DeadlineQueue queue, Action<Exception> onException)
    {
        (Limiter, Policy, Plan, Deadline) = (limiter, policy, plan, deadline);
        _request = request;
        return WaitAsync(pending, deadline.Due, queue, onException);
    }

    /// <summary>Composes the decision; false if the reply needs another attempt.</summary>
    protected abstract bool TryCompose(in TReply reply, out Decision decision);

    /// <summary>Makes another attempt.</summary>
    protected abstract ValueTask<Decision> TryAgainAsync(TReply reply);

    /// <inheritdoc/>
    protected sealed override void OnReply(in TReply reply)
    {
        Decision decision;
        try
        {
            if (!TryCompose(reply, out decision))
            {
                _ = FinishAsync(reply);
                return;
            }
        }
        catch (Exception exception)
        {
            Fail(exception); // a reply that does not match its request is a bug of the store; thrown here, it would end the process
            return;
        }

        Finish(decision);
    }

    /// <summary>A late reply has no effect: the decision has been made, and there is nothing to cancel without an id.</summary>
    protected sealed override void OnLateReply(in TReply reply)
    {
    }

    /// <inheritdoc/>
    protected override void Clear() => (Limiter, Policy, Plan, _request, Deadline) = (null!, null!, null!, default, default);

    private async Task FinishAsync(TReply reply)
    {
        Decision decision;
        try
        {
            decision = await TryAgainAsync(reply).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(exception);
            return;
        }

        Finish(decision);
    }
}
