using System.Threading.Tasks.Sources;

namespace OrleansLimiter.Cluster;

/// <summary>A pending joint acquisition of several groups on one silo, and its replies.</summary>
internal sealed class PendingJoint : PendingOperation, IValueTaskSource<GroupReply[]?>
{
    [ThreadStatic]
    private static ThreadLocalPool<PendingJoint> s_pool;

    private ManualResetValueTaskSourceCore<GroupReply[]?> _core;
    private ReadOnlyMemory<GroupRequest> _requests;
    private GroupLocation[] _groups = new GroupLocation[GroupKeys.Length]; // reused with this object

    private PendingJoint()
    {
    }

    /// <inheritdoc/>
    public override int Count => _requests.Length;

    /// <inheritdoc/>
    public override bool Acquires => true;

    /// <inheritdoc/>
    public override bool IsIdempotent => _requests.Span[0].Operation.IsIdempotent;

    /// <summary>The replies; null if the groups cannot decide in one step. It must be awaited exactly once.</summary>
    public ValueTask<GroupReply[]?> Replies => new(this, _core.Version);

    public static PendingJoint Rent(ReadOnlyMemory<GroupRequest> requests, ReadOnlySpan<GroupLocation> groups, Instant now)
    {
        PendingJoint operation = s_pool.Rent() ?? new();
        (operation._requests, operation.Began) = (requests, now);
        if (groups.Length > operation._groups.Length)
        {
            operation._groups = new GroupLocation[GroupKeys.MaxTogether];
        }

        groups.CopyTo(operation._groups);
        return operation;
    }

    /// <inheritdoc/>
    public override void AddTo(OperationBatch batch)
    {
        ReadOnlySpan<GroupRequest> requests = _requests.Span;
        for (int i = 0; i < requests.Length; i++)
        {
            batch.AddJoint(_groups[i].Number, requests[i].Operation, following: requests.Length - 1 - i);
        }
    }

    /// <inheritdoc/>
    public override bool TryComplete(FrontEndCalls calls, ReadOnlySpan<GroupReplyData> replies)
    {
        bool gone = false;
        bool executed = true;
        for (int i = 0; i < replies.Length; i++)
        {
            gone |= replies[i].Outcome == GroupReplyData.Gone;
            executed &= replies[i].Outcome is not (GroupReplyData.NotExecuted or GroupReplyData.Unsupported);
        }

        if (!gone)
        {
            _core.SetResult(executed ? ToReplies(calls, replies) : null);
        }

        return !gone;
    }

    /// <inheritdoc/>
    public override void CompleteUnavailable() => _core.SetResult(AcquisitionCalls.NoReplies(Count));

    /// <inheritdoc/>
    public override void RemoveLocations(FrontEndCalls calls)
    {
        ReadOnlySpan<GroupRequest> requests = _requests.Span;
        for (int i = 0; i < requests.Length; i++)
        {
            calls.Locator.Remove(requests[i].Key, _groups[i]);
        }
    }

    /// <inheritdoc/>
    public override void ExecuteByGrain(FrontEndCalls calls) => _ = ExecuteByGrainAsync(calls);

    public GroupReply[]? GetResult(short token)
    {
        GroupReply[]? replies = _core.GetResult(token);
        _core.Reset();
        _requests = default;
        Array.Clear(_groups);
        s_pool.Return(this);
        return replies;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private GroupReply[] ToReplies(FrontEndCalls calls, ReadOnlySpan<GroupReplyData> data)
    {
        var replies = new GroupReply[data.Length];
        for (int i = 0; i < replies.Length; i++)
        {
            replies[i] = calls.Grains.ToReply(data[i]);
        }

        calls.Locator.CacheRefusal(_groups.AsSpan(0, replies.Length), _requests.Span, replies, Began);
        return replies;
    }

    private async Task ExecuteByGrainAsync(FrontEndCalls calls) =>
        _core.SetResult(await calls.Acquisitions.AcquireAsync(_requests, calls.Locator).ConfigureAwait(false));
}
