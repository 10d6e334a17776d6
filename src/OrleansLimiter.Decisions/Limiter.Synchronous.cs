namespace OrleansLimiter.Decisions;

// Requests of callers that cannot wait for a reply.
public sealed partial class Limiter
{
    /// <summary>Whether every decision completes before its call returns.</summary>
    internal bool DecidesAtOnce => _store.IsSynchronous;

    /// <summary>
    /// Decides several requests together if no reply can be late: always with a store that replies synchronously, otherwise only by the
    /// fast path of the store.
    /// </summary>
    /// <param name="calls">The requests.</param>
    /// <returns>
    /// One decision for each request, as by <see cref="CheckAllAsync(ReadOnlyMemory{LimitCall})"/>; null if nothing was acquired, because
    /// the store may reply later.
    /// </returns>
    internal Decision[]? TryCheckAll(ReadOnlyMemory<LimitCall> calls)
    {
        if (_store.IsSynchronous)
        {
            return ResultOf(CheckAllAsync(calls));
        }

        if (calls.Length == 1 && PlanFor(calls.Span[0].Policy, calls.Span[0].Request).Only is { } only)
        {
            return calls.Span[0].Request.Peek ? null : TryAcquire(calls.Span[0], only);
        }

        MergedCalls merged = Merge(calls);
        Decision[]? decisions = merged.TryAcquire(_store);
        merged.Return();
        return decisions;
    }

    /// <summary>As <see cref="TryCheckAll(ReadOnlyMemory{LimitCall})"/>, for an acquisition that can be canceled.</summary>
    /// <param name="calls">The requests.</param>
    /// <param name="acquisition">Receives the acquisition.</param>
    internal Decision[]? TryCheckAll(ReadOnlyMemory<LimitCall> calls, CancelableAcquisition acquisition) =>
        _store.IsSynchronous ? ResultOf(CheckAllAsync(calls, acquisition)) : null;

    private Decision[]? TryAcquire(in LimitCall call, PlannedGroup only)
    {
        (Policy policy, LimitRequest request) = call;
        var decision = new Decision(policy, request, PlanFor(policy, request));
        if (!_store.TryAcquire(only.KeyFor(policy, request), only.Rules, request.Cost, out decision.Only, out _))
        {
            return null;
        }

        decision.Allowed = decision.Only.Allowed;
        return [decision];
    }

    // A synchronous store has replied when its call returns.
    private static Decision[]? ResultOf(ValueTask<Decision[]> decisions) =>
        decisions.IsCompletedSuccessfully ? decisions.Result : null;
}
