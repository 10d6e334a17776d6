namespace OrleansLimiter.Decisions;

// Requests whose callers have a deadline of their own.
public sealed partial class Limiter
{
    /// <summary>
    /// Decides one request for a caller that needs the decision within a time: <c>on-failure</c> decides then, or at the deadline of the
    /// policy, whichever is earlier. Otherwise as <see cref="CheckAsync(Policy, in LimitRequest)"/>.
    /// </summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="request">The request; its cost is 1 or more.</param>
    /// <param name="within">The time; 1 ms or more.</param>
    public ValueTask<Decision> CheckAsync(Policy policy, in LimitRequest request, TimeSpan within)
    {
        Plan plan = PlanFor(policy, request);
        if (plan.Only is not { } only || request.Peek)
        {
            Deadline deadline = DeadlineWithin(policy, within);
            return plan.IsJoint && !request.Peek
                ? DecideJointAsync(policy, plan, request, deadline)
                : DecideAsync(policy, plan, request, deadline);
        }

        GroupKey key = only.KeyFor(policy, request);
        var decision = new Decision(policy, request, plan);
        if (!_store.TryAcquire(key, only.Rules, request.Cost, out decision.Only, out object? hint))
        {
            return DecideAsync(policy, plan, request, key, hint, DeadlineWithin(policy, within));
        }

        decision.Allowed = decision.Only.Allowed;
        return new(decision);
    }

    /// <summary>
    /// Decides several requests together for a caller that needs the decisions within a time. Otherwise as <see
    /// cref="CheckAllAsync(ReadOnlyMemory{LimitCall})"/>.
    /// </summary>
    /// <param name="calls">The requests. They must not be changed before the result is there.</param>
    /// <param name="within">The time; 1 ms or more.</param>
    public ValueTask<Decision[]> CheckAllAsync(ReadOnlyMemory<LimitCall> calls, TimeSpan within)
    {
        if (calls.Length != 1)
        {
            return calls.Length == 0 ? new([]) : CheckSeveralAsync(calls, within);
        }

        ValueTask<Decision> pending = CheckAsync(calls.Span[0].Policy, calls.Span[0].Request, within);
        return pending.IsCompletedSuccessfully ? new([pending.Result]) : AwaitAsync(pending);

        static async ValueTask<Decision[]> AwaitAsync(ValueTask<Decision> pending) => [await pending.ConfigureAwait(false)];
    }

    private Deadline DeadlineWithin(Policy policy, TimeSpan within)
    {
        Deadline own = DeadlineOf(policy);
        if (within >= LimiterOptions.MaxDeadline)
        {
            return own;
        }

        var given = Deadline.In(within, _clock.Time);
        return given.Due < own.Due ? given : own;
    }
}
