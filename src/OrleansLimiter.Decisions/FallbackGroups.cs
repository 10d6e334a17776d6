namespace OrleansLimiter.Decisions;

/// <summary>
/// What replaces, under <c>on-failure: local</c>, groups that could not be asked: the same groups in this process,
/// with a share of the limits and the same protocol, so that a refusal consumes nothing there either.
/// </summary>
internal sealed class FallbackGroups(BucketStoreCalls store, Plan plan, GroupRequest[] requests, decimal share)
{
    // Sets of groups, by their bits: a request has at most one for each scope.
    private int _acquired;
    private int _reserved;

    /// <summary>Begins anew, under another id.</summary>
    public void Begin() => (_acquired, _reserved) = (0, 0);

    /// <summary>Executes for every group that is unavailable, in order; after a refusal the rest is only read.</summary>
    /// <param name="replies">What the groups said; those of the unavailable are replaced.</param>
    /// <param name="acquisitions">How many of them, from the first, were asked for permits.</param>
    /// <param name="id">The acquisition.</param>
    /// <param name="deadline">The decision's deadline. Groups in this process answer at once, also when it has passed.</param>
    public async ValueTask ExecuteAsync(GroupReply[] replies, int acquisitions, OperationId id, Deadline deadline)
    {
        bool refused = Array.Exists(replies, reply => reply.Outcome == GroupOutcome.Refused);
        int last = Array.FindLastIndex(replies, reply => reply.Outcome == GroupOutcome.Unavailable);
        for (int i = 0; i <= last; i++)
        {
            if (replies[i].Outcome != GroupOutcome.Unavailable)
            {
                continue;
            }

            OperationKind kind = refused || i >= acquisitions ? OperationKind.Read
                : i == last ? OperationKind.Acquire : OperationKind.Reserve;
            GroupReply reply = await ExecuteAsync(i, kind, id, deadline).ConfigureAwait(false);
            replies[i] = reply with { Notes = reply.Notes | replies[i].Notes | GroupNotes.Fallback };
            refused |= reply.Outcome == GroupOutcome.Refused;
            _acquired |= kind != OperationKind.Read && reply.Outcome == GroupOutcome.Allowed ? 1 << i : 0;
            _reserved |= kind == OperationKind.Reserve ? 1 << i : 0;
        }
    }

    /// <summary>Whether permits of a group were acquired here.</summary>
    public bool HasAcquired(int group) => (_acquired >> group & 1) != 0;

    /// <summary>Commits what was reserved here.</summary>
    public void Commit(OperationId id)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            if ((_reserved >> i & 1) != 0)
            {
                store.Send(new(requests[i].Key, BucketOperation.Commit(id)));
            }
        }
    }

    /// <summary>Cancels what was acquired here of a group.</summary>
    public ValueTask<GroupReply> CancelAsync(int group, OperationId id, Deadline deadline) =>
        ExecuteAsync(group, OperationKind.Cancel, id, deadline);

    private ValueTask<GroupReply> ExecuteAsync(int group, OperationKind kind, OperationId id, Deadline deadline)
    {
        store.Execute(requests[group].ForFallback(plan.Groups[group], share).With(kind, id), deadline, late: null, out ValueTask<GroupReply> reply);
        return reply;
    }
}
