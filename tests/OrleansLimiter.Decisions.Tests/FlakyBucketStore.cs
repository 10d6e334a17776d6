namespace OrleansLimiter.Decisions.Tests;

/// <summary>How a call to a flaky store goes wrong, or not.</summary>
internal enum Mishap
{
    /// <summary>Done, and answered at once.</summary>
    None,

    /// <summary>Done, and answered a moment later.</summary>
    Slow,

    /// <summary>Not done, and the store says that it cannot.</summary>
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
/// A store each of whose acquisitions and reads goes as a script says. Commits and cancellations arrive, if without an answer:
/// what is lost for good is lost, and no promise is made of it.
/// </summary>
internal sealed class FlakyBucketStore(IBucketStore inner, Queue<Mishap> script) : FakeBucketStore
{
    private readonly List<Action> _soon = [];
    private readonly List<Action> _late = [];

    /// <summary>Lets go what is only slow; false where nothing is.</summary>
    public bool AnswerSoon() => LetGo(_soon);

    /// <summary>Lets go what comes after the deadline.</summary>
    public void AnswerLate() => LetGo(_late);

    protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
    {
        switch (request.Operation.Kind)
        {
            case OperationKind.Commit:
                return inner.ExecuteAsync(request);
            case OperationKind.Cancel:
                GroupReply reply = inner.ExecuteAsync(request).Result;
                return new(request.Operation.Cost % 2 == 0 ? reply : GroupReply.Unavailable());
            default:
                return Go(() => inner.ExecuteAsync(request).Result);
        }
    }

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
