namespace OrleansLimiter.Decisions;

/// <summary>A pending joint acquisition without an id, for a request of several groups.</summary>
internal sealed class PendingJointDecision : PendingDecision<GroupReply[]?>
{
    [ThreadStatic]
    private static ThreadLocalPool<PendingJointDecision> s_pool;

    private GroupRequest[] _requests = null!;

    private PendingJointDecision()
    {
    }

    public static PendingJointDecision Rent(GroupRequest[] requests)
    {
        PendingJointDecision call = s_pool.Rent() ?? new();
        call._requests = requests;
        return call;
    }

    protected override GroupReply[]? Unavailable() => MultiGroupAcquisition.NoReplies(_requests.Length);

    protected override bool TryCompose(in GroupReply[]? replies, out Decision decision)
    {
        bool replied = replies is not null && !MultiGroupAcquisition.IsContended(replies) && !AccountBound.IsReached(replies);
        decision = replied ? DecisionComposer.Compose(Policy, Plan, Request, replies!) : default;
        return replied;
    }

    protected override ValueTask<Decision> TryAgainAsync(GroupReply[]? replies) =>
        Limiter.DecideApartAsync(Policy, Plan, Request, _requests, replies, Deadline);

    protected override void Clear()
    {
        base.Clear();
        _requests = null!;
        s_pool.Return(this);
    }
}
