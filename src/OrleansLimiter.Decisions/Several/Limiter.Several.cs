using System.Runtime.CompilerServices;

namespace OrleansLimiter.Decisions;

// Several requests as one decision. Their groups are merged, and then acquired like those of one request.
public sealed partial class Limiter
{
    /// <summary>
    /// Decides several requests together: all are allowed, or none acquires permits. All are allowed if each decision is. A request that
    /// only peeks acquires nothing, but its refusal refuses all. An outage does not throw: <c>on-failure</c> of each policy decides. The
    /// shortest deadline of the policies counts. The result must be awaited exactly once.
    /// </summary>
    /// <remarks>
    /// Requests of one bucket acquire the sum of their costs from it. Their readings are those after all of them or, if any request is
    /// refused, as if none had been made. A bucket refuses the requests whose own cost does not fit. If each cost fits, but not the sum,
    /// it refuses all requests that acquire from it. A sum above <see cref="Rule.MaxPermits"/> never fits.
    /// </remarks>
    /// <param name="calls">The requests. They must not be changed before the result is there.</param>
    /// <returns>
    /// One decision for each request, in order. <see cref="Decision.Allowed"/> tells whether the limits of this request admit it, also if
    /// another request is refused. One request: the result of <see cref="CheckAsync(Policy, in LimitRequest)"/>.
    /// </returns>
    public ValueTask<Decision[]> CheckAllAsync(ReadOnlyMemory<LimitCall> calls) => calls.Length switch
    {
        0 => new([]),
        1 => CheckOnlyAsync(calls.Span[0]),
        _ => CheckSeveralAsync(calls),
    };

    private ValueTask<Decision[]> CheckOnlyAsync(in LimitCall call)
    {
        ValueTask<Decision> pending = CheckAsync(call.Policy, call.Request);
        return pending.IsCompletedSuccessfully ? new([pending.Result]) : AwaitAsync(pending);

        static async ValueTask<Decision[]> AwaitAsync(ValueTask<Decision> pending) => [await pending.ConfigureAwait(false)];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<Decision[]> CheckSeveralAsync(ReadOnlyMemory<LimitCall> calls, TimeSpan? within = null)
    {
        MergedCalls merged = Merge(calls);
        if (merged.TryAcquire(_store) is not { } decisions)
        {
            return DecideMergedAsync(merged, ShortestDeadline(calls.Span, within ?? _deadline));
        }

        merged.Return();
        return new(decisions);
    }

    private MergedCalls Merge(ReadOnlyMemory<LimitCall> calls)
    {
        MergedCalls merged = MergedCalls.Rent(calls);
        ReadOnlySpan<LimitCall> each = calls.Span;
        for (int i = 0; i < each.Length; i++)
        {
            merged.Plan(i, PlanFor(each[i].Policy, each[i].Request));
        }

        merged.Merge();
        return merged;
    }

    // Unlisted paths at the bound of their account are decided again with the endpoint that they share, together with the others.
    private async ValueTask<Decision[]> DecideMergedAsync(
        MergedCalls merged, Deadline deadline, CancelableAcquisition? cancelable = null)
    {
        bool[]? isShared = null;
        while (true)
        {
            MultiGroupAcquisition acquisition = Acquisition(merged, deadline, cancelable is not null);
            cancelable?.Of = acquisition;
            GroupReply[] replies = merged.OnlyReads
                ? await acquisition.ReadAsync().ConfigureAwait(false)
                : await acquisition.AcquireAsync().ConfigureAwait(false);
            if (merged.TryShare(replies) is not { } calls)
            {
                return WithNotes(merged.Compose(replies), isShared);
            }

            isShared ??= new bool[calls.Length];
            for (int i = 0; i < calls.Length; i++)
            {
                isShared[i] |= calls[i].Request.Endpoint != merged.Calls[i].Request.Endpoint;
            }

            merged.Replace(calls);
        }
    }

    private MultiGroupAcquisition Acquisition(MergedCalls merged, Deadline deadline, bool isCancelable)
    {
        GroupRequest[] asked = merged.ToRequests();
        FailureTerms[] each = merged.Terms();
        FailureTerms all = FailureTerms.None;
        foreach (FailureTerms terms in each)
        {
            all |= terms;
        }

        return new(_calls, asked, all, deadline)
        {
            TermsOfGroups = each,
            IsCancelable = isCancelable,
            Fallback = _fallback is not null && merged.HasFallback ? new(_fallback, asked, merged) : null,
        };
    }

    private Deadline ShortestDeadline(ReadOnlySpan<LimitCall> calls, TimeSpan within)
    {
        TimeSpan shortest = within < _deadline ? within : _deadline;
        foreach (ref readonly LimitCall call in calls)
        {
            shortest = call.Policy.Definition.Deadline is { } own && own < shortest ? own : shortest;
        }

        return Deadline.In(shortest, _clock.Time);
    }

    private static Decision[] WithNotes(Decision[] decisions, bool[]? isShared)
    {
        for (int i = 0; i < isShared?.Length; i++)
        {
            decisions[i].Notes |= isShared[i] ? DecisionNotes.SharedEndpoint : DecisionNotes.None;
        }

        return decisions;
    }
}
