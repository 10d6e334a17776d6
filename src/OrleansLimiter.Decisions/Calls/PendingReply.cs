namespace OrleansLimiter.Decisions;

/// <summary>A call of a request of several groups.</summary>
internal sealed class TimedReply : TimedCall<GroupReply>
{
    [ThreadStatic]
    private static ThreadLocalPool<TimedReply> s_pool;

    private LateAcquisition? _late;

    /// <summary>Waits for a call.</summary>
    /// <param name="asked">The call, not yet answered.</param>
    /// <param name="deadline">Until when.</param>
    /// <param name="queue">What keeps the time; null where no caller waits.</param>
    /// <param name="failed">Told what the call threw.</param>
    /// <param name="late">Told the answer where it comes after the deadline.</param>
    public static ValueTask<GroupReply> WaitAsync(
        ValueTask<GroupReply> asked, Deadline deadline, DeadlineQueue? queue, Action<Exception> failed, LateAcquisition? late)
    {
        TimedReply call = s_pool.Rent() ?? new();
        call._late = late;
        return call.WaitAsync(asked, deadline.Due, queue, failed);
    }

    protected override void Came(in GroupReply reply) => Finish(reply);

    protected override void CameLate(in GroupReply reply) => _late?.Answered(reply);

    protected override void Clear()
    {
        _late = null;
        s_pool.Return(this);
    }
}

/// <summary>An acquisition of a request of several groups, for the case that its reply comes after the deadline.</summary>
internal readonly record struct LateAcquisition(MultiGroupAcquisition Request, int Group, OperationId Id)
{
    public void Answered(in GroupReply reply) => Request.Late(Group, Id, reply);
}
