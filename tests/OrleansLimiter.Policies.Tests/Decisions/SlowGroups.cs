namespace OrleansLimiter.Policies.Tests.Decisions;

/// <summary>
/// An engine whose answers come when the test says so, as a cluster's do. Calls wait in order; what they do, they
/// do when they are let go.
/// </summary>
internal sealed class SlowGroups(IGroups inner) : IGroups
{
    private readonly Queue<Action> _waiting = new();

    public List<string> Calls { get; } = [];

    /// <summary>Scopes whose groups cannot be asked.</summary>
    public HashSet<Scope> Lost { get; } = [];

    /// <summary>Scopes whose groups answer at once.</summary>
    public HashSet<Scope> Quick { get; } = [];

    /// <summary>Whether no group can be read.</summary>
    public bool ReadsAreLost { get; set; }

    /// <summary>Whether returns wait like takes; else they are done at once.</summary>
    public bool ReturnsWait { get; set; }

    /// <summary>Ids of the takes, in order.</summary>
    public List<TakeId> Ids { get; } = [];

    /// <summary>The rules that came with the takes, in order.</summary>
    public List<GroupRules> Rules { get; } = [];

    public ValueTask<GroupReply> TakeAsync(GroupKey key, GroupRules rules, int cost, TakeId id, bool hold)
    {
        Calls.Add($"{(hold ? "hold" : "take")} {key.Scope}");
        Ids.Add(id);
        Rules.Add(rules);
        return Quick.Contains(key.Scope)
            ? inner.TakeAsync(key, rules, cost, id, hold)
            : Later(key, GroupReply.Unavailable(), () => inner.TakeAsync(key, rules, cost, id, hold).Result);
    }

    public ValueTask ConfirmAsync(GroupKey key, TakeId id)
    {
        Calls.Add($"confirm {key.Scope}");
        inner.ConfirmAsync(key, id);
        return default;
    }

    public ValueTask<GroupReply> ReturnAsync(GroupKey key, GroupRules rules, int cost, TakeId id)
    {
        Calls.Add($"return {key.Scope}");
        return Lost.Contains(key.Scope) ? new(GroupReply.Unavailable())
            : ReturnsWait ? Later(key, GroupReply.Unavailable(), () => inner.ReturnAsync(key, rules, cost, id).Result)
            : inner.ReturnAsync(key, rules, cost, id);
    }

    public ValueTask<GroupReply> ReadAsync(GroupKey key, GroupRules rules, int cost) =>
        ReadsAreLost ? new(GroupReply.Unavailable()) : inner.ReadAsync(key, rules, cost);

    public ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account) => inner.UsageAsync(account);

    public ValueTask<int> ResetAsync(Account account) => inner.ResetAsync(account);

    /// <summary>Lets every call go that waits now, in order.</summary>
    public void Answer() => AnswerInOrder([.. Enumerable.Range(0, _waiting.Count)]);

    /// <summary>Lets the first of the calls go; the others wait on.</summary>
    public void AnswerFirst() => Undisturbed(_waiting.Dequeue());

    /// <summary>Lets the calls that wait now go in another order.</summary>
    public void AnswerInOrder(params int[] order)
    {
        Action[] waiting = [.. _waiting];
        _waiting.Clear();
        Undisturbed(() => Array.ForEach(order, call => waiting[call]()));
    }

    /// <summary>Without a context, whatever follows from an answer or a timer has happened when this returns.</summary>
    public static void Undisturbed(Action action)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        action();
        SynchronizationContext.SetSynchronizationContext(context);
    }

    private ValueTask<T> Later<T>(GroupKey key, T lost, Func<T> answer)
    {
        var reply = new TaskCompletionSource<T>();
        _waiting.Enqueue(() => reply.SetResult(Lost.Contains(key.Scope) ? lost : answer()));
        return new(reply.Task);
    }
}
