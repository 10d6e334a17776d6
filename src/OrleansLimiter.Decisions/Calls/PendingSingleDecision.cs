namespace OrleansLimiter.Decisions;

/// <summary>A pending call for a request of one group.</summary>
internal sealed class PendingSingleDecision : PendingDecision<GroupReply>
{
    [ThreadStatic]
    private static ThreadLocalPool<PendingSingleDecision> s_pool;

    private PendingSingleDecision()
    {
    }

    public static PendingSingleDecision Rent() => s_pool.Rent() ?? new();

    protected override GroupReply Unavailable() => GroupReply.Unavailable();

    protected override bool TryCompose(in GroupReply reply, out Decision decision)
    {
        bool isFinal = !reply.Contended && !AccountBound.IsReached(reply);
        decision = isFinal ? DecisionComposer.Compose(Policy, Plan, Request, reply) : default;
        return isFinal;
    }

    protected override ValueTask<Decision> TryAgainAsync(GroupReply reply) => Limiter.TryAgainAsync(Policy, Plan, Request, reply, Deadline);

    protected override void Clear()
    {
        base.Clear();
        s_pool.Return(this);
    }
}
