namespace OrleansLimiter.Decisions.Tests;

/// <summary>
/// A store that supports joint acquisitions and replies to them when the test decides. Other operations are executed immediately.
/// </summary>
internal sealed class JointBucketStore(IBucketStore inner) : FakeBucketStore, IBucketStore
{
    private readonly Queue<Action> _waiting = new();

    public List<string> Calls { get; } = [];

    /// <summary>The ids of the joint acquisitions, in order.</summary>
    public List<OperationId> JointIds { get; } = [];

    /// <summary>The ids of the other operations, in order.</summary>
    public List<OperationId> Ids { get; } = [];

    /// <summary>What the next joint acquisitions return; if empty, they are executed when they are released.</summary>
    public Queue<Func<GroupReply[]?>> Next { get; } = new();

    /// <inheritdoc/>
    public ValueTask<GroupReply[]?> AcquireAllAsync(ReadOnlyMemory<GroupRequest> requests)
    {
        Calls.Add($"acquire {string.Join(" and ", requests.ToArray().Select(request => request.Key.Scope))}");
        JointIds.Add(Assert.Single(requests.ToArray().Select(request => request.Operation.Id).Distinct()));
        if (Next.TryDequeue(out Func<GroupReply[]?>? now))
        {
            return new(now());
        }

        var replies = new TaskCompletionSource<GroupReply[]?>();
        _waiting.Enqueue(() => replies.SetResult(inner.AcquireAllAsync(requests).Result));
        return new(replies.Task);
    }

    /// <summary>Executes the waiting joint acquisitions, in order. All continuations have run when this returns.</summary>
    public void Release()
    {
        Action[] waiting = [.. _waiting];
        _waiting.Clear();
        SlowBucketStore.RunWithoutContext(() => Array.ForEach(waiting, each => each()));
    }

    protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
    {
        if (request.Operation.Kind != OperationKind.Read)
        {
            Calls.Add($"{request.Operation.Kind.ToString().ToLowerInvariant()} {request.Key.Scope}");
            Ids.Add(request.Operation.Id);
        }

        return inner.ExecuteAsync(request);
    }
}
