using System.Threading.Tasks.Sources;

namespace OrleansLimiter.Cluster;

/// <summary>A pending operation on one group, and its reply.</summary>
internal sealed class PendingSingle : PendingOperation, IValueTaskSource<GroupReply>
{
    [ThreadStatic]
    private static ThreadLocalPool<PendingSingle> s_pool;

    private ManualResetValueTaskSourceCore<GroupReply> _core;
    private GroupLocation _group = null!;
    private GroupRequest _request;

    private PendingSingle()
    {
    }

    /// <inheritdoc/>
    public override int Count => 1;

    /// <inheritdoc/>
    public override bool Acquires => _request.Operation.Acquires;

    /// <inheritdoc/>
    public override bool IsIdempotent => _request.Operation.IsIdempotent;

    /// <summary>The reply. It must be awaited exactly once.</summary>
    public ValueTask<GroupReply> Reply => new(this, _core.Version);

    public static PendingSingle Rent(in GroupRequest request, GroupLocation group, Instant now)
    {
        PendingSingle operation = s_pool.Rent() ?? new();
        (operation._request, operation._group, operation.Began) = (request, group, now);
        return operation;
    }

    /// <inheritdoc/>
    public override void AddTo(OperationBatch batch) => batch.Add(_group.Number, _request.Operation);

    /// <inheritdoc/>
    public override bool TryComplete(FrontEndCalls calls, ReadOnlySpan<GroupReplyData> replies)
    {
        if (replies[0].Outcome == GroupReplyData.Gone)
        {
            return false;
        }

        GroupReply reply = calls.Grains.ToReply(replies[0]);
        calls.Locator.CacheRefusal(_group, _request.Operation, reply, Began);
        _core.SetResult(reply);
        return true;
    }

    /// <inheritdoc/>
    public override void CompleteUnavailable() => _core.SetResult(GroupReply.Unavailable());

    /// <inheritdoc/>
    public override void RemoveLocations(FrontEndCalls calls) => calls.Locator.Remove(_request.Key, _group);

    /// <inheritdoc/>
    public override void ExecuteByGrain(FrontEndCalls calls) => _ = ExecuteByGrainAsync(calls);

    public GroupReply GetResult(short token)
    {
        GroupReply reply = _core.GetResult(token);
        _core.Reset();
        (_request, _group) = (default, null!);
        s_pool.Return(this);
        return reply;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private async Task ExecuteByGrainAsync(FrontEndCalls calls) =>
        _core.SetResult(await calls.Grains.ExecuteAsync(_request, calls.Locator).ConfigureAwait(false));
}
