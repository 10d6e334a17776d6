namespace OrleansLimiter.Policies.Tests.Decisions;

/// <summary>How a call to a flaky engine goes wrong, or not.</summary>
internal enum Mishap
{
    /// <summary>Done, and answered at once.</summary>
    None,

    /// <summary>Done, and answered a moment later.</summary>
    Slow,

    /// <summary>Not done, and the engine says that it cannot.</summary>
    Lost,

    /// <summary>Done, but the answer is lost.</summary>
    AnswerLost,

    /// <summary>Done at once, and answered after the deadline.</summary>
    AnsweredLate,

    /// <summary>Done after the deadline, and answered then.</summary>
    Late,

    /// <summary>Done after the deadline, without an answer.</summary>
    LateAndLost,

    /// <summary>Not done; it throws.</summary>
    Throws,

    /// <summary>Done; then it throws, after the deadline.</summary>
    ThrowsLate,
}

/// <summary>
/// An engine each of whose takes and readings goes as a script says. Confirmations and returns arrive, if without an answer:
/// what is lost for good is lost, and no promise is made of it.
/// </summary>
internal sealed class FlakyGroups(IGroups inner, Queue<Mishap> script) : IGroups
{
    private readonly List<Action> _soon = [];
    private readonly List<Action> _late = [];

    public ValueTask<GroupReply> TakeAsync(GroupKey key, GroupRules rules, int cost, TakeId id, bool hold) =>
        Go(() => inner.TakeAsync(key, rules, cost, id, hold).Result);

    public ValueTask<GroupReply> ReadAsync(GroupKey key, GroupRules rules, int cost) =>
        Go(() => inner.ReadAsync(key, rules, cost).Result);

    public ValueTask ConfirmAsync(GroupKey key, TakeId id) => inner.ConfirmAsync(key, id);

    public ValueTask<GroupReply> ReturnAsync(GroupKey key, GroupRules rules, int cost, TakeId id)
    {
        GroupReply reply = inner.ReturnAsync(key, rules, cost, id).Result;
        return new(cost % 2 == 0 ? reply : GroupReply.Unavailable());
    }

    public ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account) => inner.UsageAsync(account);

    public ValueTask<int> ResetAsync(Account account) => inner.ResetAsync(account);

    /// <summary>Lets go what is only slow; false where nothing is.</summary>
    public bool AnswerSoon() => LetGo(_soon);

    /// <summary>Lets go what comes after the deadline.</summary>
    public void AnswerLate() => LetGo(_late);

    private static bool LetGo(List<Action> waiting)
    {
        Action[] all = [.. waiting];
        waiting.Clear();
        Array.ForEach(all, each => each());
        return all.Length > 0;
    }

    private ValueTask<GroupReply> Go(Func<GroupReply> act)
    {
        var answer = new TaskCompletionSource<GroupReply>();
        switch (script.TryDequeue(out Mishap mishap) ? mishap : Mishap.None)
        {
            case Mishap.None:
                return new(act());
            case Mishap.Slow:
                GroupReply slow = act();
                _soon.Add(() => answer.SetResult(slow));
                break;
            case Mishap.Lost:
                return new(GroupReply.Unavailable());
            case Mishap.AnswerLost:
                act();
                return new(GroupReply.Unavailable());
            case Mishap.AnsweredLate:
                GroupReply late = act();
                _late.Add(() => answer.SetResult(late));
                break;
            case Mishap.Late:
                _late.Add(() => answer.SetResult(act()));
                break;
            case Mishap.LateAndLost:
                _late.Add(() =>
                {
                    act();
                    answer.SetResult(GroupReply.Unavailable());
                });
                break;
            case Mishap.Throws:
                throw new InvalidOperationException("a bug");
            default:
                act();
                _late.Add(() => answer.SetException(new InvalidOperationException("a bug")));
                break;
        }

        return new(answer.Task);
    }
}
