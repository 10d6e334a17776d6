using System.Threading.Tasks.Sources;

namespace OrleansLimiter.Cluster;

/// <summary>
/// An operation that waits in a <see cref="SiloChannel"/>, and its reply. The object is pooled: it is reused after the reply was
/// read, so that a decision does not allocate.
/// </summary>
internal sealed class PendingOperation : IValueTaskSource<GroupReply>
{
    [ThreadStatic]
    private static ThreadLocalPool<PendingOperation> s_pool;

    private ManualResetValueTaskSourceCore<GroupReply> _core;

    private PendingOperation()
    {
    }

    public GroupLocation Group { get; private set; } = null!;

    public GroupRequest Request { get; private set; }

    public Instant Began { get; private set; }

    /// <summary>The reply. It must be awaited exactly once.</summary>
    public ValueTask<GroupReply> Reply => new(this, _core.Version);

    public static PendingOperation Rent(in GroupRequest request, GroupLocation group, Instant now)
    {
        PendingOperation operation = s_pool.Rent() ?? new();
        (operation.Request, operation.Group, operation.Began) = (request, group, now);
        return operation;
    }

    /// <summary>Sets the reply. The continuation of the caller runs in this call.</summary>
    public void Complete(in GroupReply reply) => _core.SetResult(reply);

    public GroupReply GetResult(short token)
    {
        GroupReply reply = _core.GetResult(token);
        _core.Reset();
        (Request, Group) = (default, null!);
        s_pool.Return(this);
        return reply;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
