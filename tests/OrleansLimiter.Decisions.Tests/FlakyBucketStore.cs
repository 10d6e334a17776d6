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

    /// <summary>A joint acquisition is not executed, because the groups are in different processes. Other operations are executed.</summary>
    Apart,

    /// <summary>The same, with a reply after the deadline.</summary>
    ApartLate,
}

/// <summary>
/// A store whose acquisitions and reads have the outcomes of a script. Commits and cancellations always arrive, possibly without a
/// reply. There is no guarantee for those that are lost.
/// </summary>
/// <param name="inner">Executes the operations.</param>
/// <param name="script">The outcomes, in order; afterwards every operation succeeds.</param>
/// <param name="joint">Whether the store supports joint acquisitions.</param>
internal sealed class FlakyBucketStore(IBucketStore inner, Queue<Mishap> script, bool joint) : FakeBucketStore, IBucketStore
{
    private readonly List<Action> _soon = [];
    private readonly List<Action> _late = [];

    /// <summary>Releases the calls with a reply before the deadline; false if there are none.</summary>
    public bool ReleaseSlow() => Release(_soon);

    /// <summary>Releases the calls that complete after the deadline.</summary>
    public void ReleaseLate() => Release(_late);

    /// <inheritdoc/>
    public ValueTask<GroupReply[]?> AcquireAllAsync(ReadOnlyMemory<GroupRequest> requests) => joint
        ? Go(
            () => inner.AcquireAllAsync(requests).Result,
            [.. Enumerable.Repeat(GroupReply.Unavailable(), requests.Length)],
            apart: () => null)
        : default;

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
                return Go(Execute, GroupReply.Unavailable(), apart: Execute);
        }

        GroupReply Execute() => inner.ExecuteAsync(request).Result;
    }

    private static bool Release(List<Action> waiting)
    {
        Action[] all = [.. waiting];
        waiting.Clear();
        Array.ForEach(all, each => each());
        return all.Length > 0;
    }

    private ValueTask<T> Go<T>(Func<T> act, T unavailable, Func<T> apart)
    {
        var answer = new TaskCompletionSource<T>();
        switch (script.TryDequeue(out Mishap mishap) ? mishap : Mishap.None)
        {
            case Mishap.None:
                return new(act());
            case Mishap.Slow:
                T slow = act();
                _soon.Add(() => answer.SetResult(slow));
                break;
            case Mishap.Lost:
                return new(unavailable);
            case Mishap.ReplyLost:
                act();
                return new(unavailable);
            case Mishap.ReplyLate:
                T late = act();
                _late.Add(() => answer.SetResult(late));
                break;
            case Mishap.Late:
                _late.Add(() => answer.SetResult(act()));
                break;
            case Mishap.LateAndLost:
                _late.Add(() =>
                {
                    act();
                    answer.SetResult(unavailable);
                });
                break;
            case Mishap.Apart:
                return new(apart());
            case Mishap.ApartLate:
                _late.Add(() => answer.SetResult(apart()));
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
