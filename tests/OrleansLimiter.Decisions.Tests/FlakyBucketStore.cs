namespace OrleansLimiter.Decisions.Tests;

/// <summary>The outcome of a call to a flaky store.</summary>
internal enum Mishap
{
    /// <summary>Executed, with a synchronous reply.</summary>
    None,

    /// <summary>Executed, with a reply before the deadline.</summary>
    Slow,

    /// <summary>Not executed, with the reply unavailable.</summary>
    Lost,

    /// <summary>Executed, but the reply is lost.</summary>
    ReplyLost,

    /// <summary>Executed immediately, with a reply after the deadline.</summary>
    ReplyLate,

    /// <summary>Executed after the deadline, with a reply.</summary>
    Late,

    /// <summary>Executed after the deadline, without a reply.</summary>
    LateAndLost,

    /// <summary>Not executed, with an exception.</summary>
    Throws,

    /// <summary>Executed, with an exception after the deadline.</summary>
    ThrowsLate,
}

/// <summary>
/// A store whose acquisitions and reads have the outcomes of a script. Commits and cancellations always arrive, possibly without a
/// reply. There is no guarantee for those that are lost.
/// </summary>
internal sealed class FlakyBucketStore(IBucketStore inner, Queue<Mishap> script) : FakeBucketStore
{
    private readonly List<Action> _soon = [];
    private readonly List<Action> _late = [];

    /// <summary>Releases the calls with a reply before the deadline; false if there are none.</summary>
    public bool ReleaseSlow() => Release(_soon);

    /// <summary>Releases the calls that complete after the deadline.</summary>
    public void ReleaseLate() => Release(_late);

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

    private static bool Release(List<Action> waiting)
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
            case Mishap.ReplyLost:
                act();
                return new(GroupReply.Unavailable());
            case Mishap.ReplyLate:
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
