namespace OrleansLimiter.Decisions.Tests;

/// <summary>
/// A store that replies when the test decides, as a cluster replies later. Calls wait in order, and are executed
/// when they are released.
/// </summary>
internal sealed class SlowBucketStore(IBucketStore inner) : FakeBucketStore
{
    private readonly Queue<Action> _waiting = new();

    public List<string> Calls { get; } = [];

    /// <summary>Scopes whose groups are unavailable.</summary>
    public HashSet<Scope> Lost { get; } = [];

    /// <summary>Scopes whose groups reply synchronously.</summary>
    public HashSet<Scope> Quick { get; } = [];

    /// <summary>Whether no group can be read.</summary>
    public bool ReadsAreLost { get; set; }

    /// <summary>Whether cancellations wait like acquisitions. Otherwise they are executed immediately.</summary>
    public bool CancellationsWait { get; set; }

    /// <summary>The ids of the acquisitions, in order.</summary>
    public List<OperationId> Ids { get; } = [];

    /// <summary>The rules of the acquisitions, in order.</summary>
    public List<GroupRules> Rules { get; } = [];

    /// <summary>Releases all waiting calls, in order.</summary>
    public void Release() => ReleaseInOrder([.. Enumerable.Range(0, _waiting.Count)]);

    /// <summary>Releases the first of the waiting calls.</summary>
    public void ReleaseFirst() => RunWithoutContext(_waiting.Dequeue());

    /// <summary>Releases the waiting calls in another order.</summary>
    public void ReleaseInOrder(params int[] order)
    {
        Action[] waiting = [.. _waiting];
        _waiting.Clear();
        RunWithoutContext(() => Array.ForEach(order, call => waiting[call]()));
    }

    /// <summary>Runs without a synchronization context, so that all continuations have run when this returns.</summary>
    public static void RunWithoutContext(Action action)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        action();
        SynchronizationContext.SetSynchronizationContext(context);
    }

    protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
    {
        BucketOperation operation = request.Operation;
        Scope scope = request.Key.Scope;
        if (operation.Kind != OperationKind.Read)
        {
            Calls.Add($"{operation.Kind.ToString().ToLowerInvariant()} {scope}");
        }

        if (operation.Acquires)
        {
            Ids.Add(operation.Id);
            Rules.Add(operation.Rules!);
        }

        return operation.Kind switch
        {
            OperationKind.Read when ReadsAreLost => new(GroupReply.Unavailable()),
            OperationKind.Cancel when Lost.Contains(scope) => new(GroupReply.Unavailable()),
            OperationKind.Acquire or OperationKind.Reserve when !Quick.Contains(scope) => Later(request),
            OperationKind.Cancel when CancellationsWait => Later(request),
            _ => inner.ExecuteAsync(request),
        };
    }

    private ValueTask<GroupReply> Later(GroupRequest request)
    {
        var reply = new TaskCompletionSource<GroupReply>();
        _waiting.Enqueue(() => reply.SetResult(
            Lost.Contains(request.Key.Scope) ? GroupReply.Unavailable() : inner.ExecuteAsync(request).Result));
        return new(reply.Task);
    }
}
