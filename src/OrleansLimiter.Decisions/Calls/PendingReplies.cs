namespace OrleansLimiter.Decisions;

/// <summary>A pending joint acquisition. Its result is the reply of each group; null if the groups cannot decide in one step.</summary>
internal sealed class PendingReplies : PendingCall<GroupReply[]?, GroupReply[]?>
{
    [ThreadStatic]
    private static ThreadLocalPool<PendingReplies> s_pool;

    private MultiGroupAcquisition _request = null!;
    private OperationId _id;
    private int _count;

    /// <summary>Waits for the replies.</summary>
    /// <param name="pending">The call, which has not completed.</param>
    /// <param name="deadline">The deadline of the decision.</param>
    /// <param name="queue">The deadline queue.</param>
    /// <param name="onException">Receives the exception of the call.</param>
    /// <param name="request">Receives replies after the deadline.</param>
    /// <param name="id">The id of the acquisition.</param>
    /// <param name="count">The number of groups.</param>
    public static ValueTask<GroupReply[]?> WaitAsync(
        ValueTask<GroupReply[]?> pending, Deadline deadline, DeadlineQueue queue, Action<Exception> onException,
        MultiGroupAcquisition request, OperationId id, int count)
    {
        PendingReplies call = s_pool.Rent() ?? new();
        (call._request, call._id, call._count) = (request, id, count);
        return call.WaitAsync(pending, deadline.Due, queue, onException);
    }

    protected override GroupReply[]? Unavailable() => MultiGroupAcquisition.NoReplies(_count);

    protected override void OnReply(in GroupReply[]? reply) => Finish(reply);

    protected override void OnLateReply(in GroupReply[]? reply) => _request.Late(_id, reply);

    protected override void Clear()
    {
        (_request, _id) = (null!, default);
        s_pool.Return(this);
    }
}
