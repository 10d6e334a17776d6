namespace OrleansLimiter.Decisions;

/// <summary>
/// The fallback for unavailable groups under <c>on-failure: local</c>: groups in this process with a share of the limits. They use the
/// same protocol, so a refused request consumes nothing in them.
/// </summary>
/// <param name="store">The store in this process.</param>
/// <param name="requests">The operations on the groups that they replace.</param>
/// <param name="source">Creates the operations in this process, when they are first needed.</param>
internal sealed class FallbackGroups(BucketStoreCalls store, GroupRequest[] requests, IFallbackSource source)
{
    private GroupRequest?[]? _local;
    private bool[] _acquired = [];
    private bool[] _reserved = [];

    private GroupRequest?[] Local => _local ??= source.ToFallback(requests);

    /// <summary>Starts a new attempt, with another id.</summary>
    public void Begin() => (_acquired, _reserved) = ([], []);

    /// <summary>
    /// Executes the operations of all unavailable groups, in order, and replaces their replies. Only the first
    /// <paramref name="acquisitions"/> groups acquire; after a refusal the other groups are only read.
    /// </summary>
    public async ValueTask ExecuteAsync(GroupReply[] replies, int acquisitions, OperationId id, Deadline deadline)
    {
        (_acquired, _reserved) = (new bool[requests.Length], new bool[requests.Length]);
        bool refused = Array.Exists(replies, reply => reply.Outcome == GroupOutcome.Refused);
        int last = Array.FindLastIndex(replies, reply => reply.Outcome == GroupOutcome.Unavailable);
        for (int i = 0; i <= last; i++)
        {
            if (replies[i].Outcome != GroupOutcome.Unavailable || AccountBound.IsReached(replies[i]) || Local[i] is null)
            {
                continue;
            }

            OperationKind kind = refused || i >= acquisitions ? OperationKind.Read
                : i == last ? OperationKind.Acquire : OperationKind.Reserve;
            GroupReply reply = await ExecuteAsync(i, kind, id, deadline).ConfigureAwait(false);
            replies[i] = reply with { Notes = reply.Notes | replies[i].Notes | GroupNotes.Fallback };
            refused |= reply.Outcome == GroupOutcome.Refused;
            _acquired[i] = kind != OperationKind.Read && reply.Outcome == GroupOutcome.Allowed;
            _reserved[i] = kind == OperationKind.Reserve;
        }
    }

    /// <summary>Whether permits of a group were acquired in the fallback.</summary>
    public bool HasAcquired(int group) => group < _acquired.Length && _acquired[group];

    /// <summary>Commits the reservations in the fallback.</summary>
    public void Commit(OperationId id)
    {
        for (int i = 0; i < _reserved.Length; i++)
        {
            if (_reserved[i])
            {
                store.Send(Local[i]!.Value.Commit(id));
            }
        }
    }

    /// <summary>Cancels the acquisition in a group of the fallback.</summary>
    public ValueTask<GroupReply> CancelAsync(int group, OperationId id, Deadline deadline) =>
        ExecuteAsync(group, OperationKind.Cancel, id, deadline);

    /// <summary>Cancels the acquisition in a group of the fallback, if there is one, and does not wait for it.</summary>
    public void Cancel(int group, OperationId id)
    {
        if (HasAcquired(group))
        {
            store.Send(Local[group]!.Value.With(OperationKind.Cancel, id));
        }
    }

    private ValueTask<GroupReply> ExecuteAsync(int group, OperationKind kind, OperationId id, Deadline deadline)
    {
        store.Execute(Local[group]!.Value.With(kind, id), deadline, late: null, out ValueTask<GroupReply> reply);
        return reply;
    }
}

/// <summary>Creates the operations for the fallback.</summary>
internal interface IFallbackSource
{
    /// <summary>The same operations for the fallback, with a share of the limits; null for a group that has no fallback.</summary>
    GroupRequest?[] ToFallback(GroupRequest[] requests);
}

/// <summary>The groups of one request.</summary>
internal sealed class PlanFallback(Plan plan, decimal share) : IFallbackSource
{
    /// <inheritdoc/>
    public GroupRequest?[] ToFallback(GroupRequest[] requests)
    {
        var local = new GroupRequest?[requests.Length];
        for (int i = 0; i < local.Length; i++)
        {
            local[i] = requests[i].ForFallback(plan.Groups[i], share);
        }

        return local;
    }
}
