namespace OrleansLimiter.Decisions;

// A request whose group cannot be opened, because its account has its maximum number of living groups. An unlisted path is decided by the
// group that all further unlisted paths of the account share, so that inventing paths gains one more limit and no more. A new resource is
// decided by the policy. The groups of the request have acquired nothing then.
public sealed partial class Limiter
{
    private ValueTask<Decision> FinishAsync(
        Policy policy, Plan plan, in LimitRequest request, ReadOnlySpan<GroupReply> replies, Deadline deadline) =>
        AccountBound.IsReached(replies) && policy.HasOwnGroups(request.Endpoint)
            ? DecideSharedAsync(policy, plan, request with { Endpoint = Policy.SharedEndpoint }, deadline)
            : new(DecisionComposer.Compose(policy, plan, request, replies));

    private async ValueTask<Decision> DecideSharedAsync(Policy policy, Plan plan, LimitRequest request, Deadline deadline)
    {
        Decision decision = await DecideWithinAsync(policy, plan, request, deadline).ConfigureAwait(false);
        decision.Notes |= DecisionNotes.SharedEndpoint;
        return decision;
    }

    // As CheckAsync, with what is left of a deadline.
    private ValueTask<Decision> DecideWithinAsync(Policy policy, Plan plan, in LimitRequest request, Deadline deadline)
    {
        if (plan.Only is not { } only || request.Peek)
        {
            return plan.IsJoint && !request.Peek
                ? DecideJointAsync(policy, plan, request, deadline)
                : DecideAsync(policy, plan, request, deadline);
        }

        var decision = new Decision(policy, request, plan);
        if (!_store.TryAcquire(only.KeyFor(policy, request), only.Rules, request.Cost, out decision.Only, out _))
        {
            return DecideAsync(policy, plan, request, deadline);
        }

        decision.Allowed = decision.Only.Allowed;
        return new(decision);
    }
}
