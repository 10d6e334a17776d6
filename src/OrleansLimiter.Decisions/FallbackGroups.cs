namespace OrleansLimiter.Decisions;

/// <summary>
/// The fallback for unavailable groups under <c>on-failure: local</c>: groups in this process with a share of the limits. They use the
/// same protocol, so a refused request consumes nothing in them.
/// </summary>
internal sealed class FallbackGroups(BucketStoreCalls store, Plan plan, GroupRequest[] requests, decimal share)
{
    // Sets of groups as bits: a request has at most one group for each scope.
    private int _acquired;
    private int _reserved;

    /// <summary>Starts a new attempt, with another id.</summary>
    public void Begin() => (_acquired, _reserved) = (0, 0);

    /// <summary>
    /// Executes the operations of all unavailable groups, in order, and replaces their replies. Only the first
    /// <paramref name="acquisitions"/> groups acquire; after a refusal the other groups are only read.
    /// </summary>
    public async ValueTask ExecuteAsync(GroupReply[] replies, int acquisitions, OperationId id, Deadline deadline)
    {
        bool refused = Array.Exists(replies, reply => reply.Outcome == GroupOutcome.Refused);
        int last = Array.FindLastIndex(replies, reply => reply.Outcome == GroupOutcome.Unavailable);
        for (int i = 0; i <= last; i++)
        {
            if (replies[i].Outcome != GroupOutcome.Unavailable || AccountBound.IsReached(replies[i]))
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

    /// <summary>Whether permits of a group were acquired in the fallback.</summary>
    public bool HasAcquired(int group) => (_acquired >> group & 1) != 0;

    /// <summary>Commits the reservations in the fallback.</summary>
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

    /// <summary>Cancels the acquisition in a group of the fallback.</summary>
    public ValueTask<GroupReply> CancelAsync(int group, OperationId id, Deadline deadline) =>
        ExecuteAsync(group, OperationKind.Cancel, id, deadline);

    private ValueTask<GroupReply> ExecuteAsync(int group, OperationKind kind, OperationId id, Deadline deadline)
    {
        GroupRequest request = requests[group].ForFallback(plan.Groups[group], share).With(kind, id);
        store.Execute(request, deadline, late: null, out ValueTask<GroupReply> reply);
        return reply;
    }
}
