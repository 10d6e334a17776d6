namespace OrleansLimiter.Decisions;

/// <summary>A pending call for a request of several groups. Its result is the reply.</summary>
internal sealed class PendingReply : PendingCall<GroupReply, GroupReply>
{
    [ThreadStatic]
    private static ThreadLocalPool<PendingReply> s_pool;

    private LateAcquisition? _late;

    /// <summary>Waits for the reply.</summary>
    /// <param name="pending">The call, which has not completed.</param>
    /// <param name="deadline">The deadline of the decision.</param>
    /// <param name="queue">The deadline queue; null if no caller waits.</param>
    /// <param name="onException">Receives the exception of the call.</param>
    /// <param name="late">Receives a reply after the deadline.</param>
    public static ValueTask<GroupReply> WaitAsync(
        ValueTask<GroupReply> pending, Deadline deadline, DeadlineQueue? queue, Action<Exception> onException, LateAcquisition? late)
    {
        PendingReply call = s_pool.Rent() ?? new();
        call._late = late;
        return call.WaitAsync(pending, deadline.Due, queue, onException);
    }

    protected override GroupReply Unavailable() => GroupReply.Unavailable();

    protected override void OnReply(in GroupReply reply) => Finish(reply);

    protected override void OnLateReply(in GroupReply reply) => _late?.OnReplied(reply);

    protected override void Clear()
    {
        _late = null;
        s_pool.Return(this);
    }
}

/// <summary>Identifies an acquisition of a request of several groups, to handle a late reply.</summary>
internal readonly record struct LateAcquisition(MultiGroupAcquisition Request, int Group, OperationId Id)
{
    public void OnReplied(in GroupReply reply) => Request.Late(Group, Id, reply);
}
