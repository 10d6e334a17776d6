using System.Threading.Tasks.Sources;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// A call that is waited for until a deadline: its answer, or "unavailable" when that has passed. What the engine throws is told
/// aside. Used again once both its answer and whoever waited for it are done, so that waiting leaves nothing behind.
/// </summary>
internal sealed class TimedCall : IValueTaskSource<GroupReply>
{
    private const int KeptPerThread = 1024;

    [ThreadStatic]
    private static TimedCall? s_free;

    [ThreadStatic]
    private static int s_kept;

    private readonly Action _answered;
    private ManualResetValueTaskSourceCore<GroupReply> _core;
    private ValueTask<GroupReply> _asked;
    private DeadlineQueue? _queue;
    private Action<Exception> _failed = null!;
    private LateTake? _late;
    private TimedCall? _nextFree;
    private int _users;

    private TimedCall() => _answered = Answered;

    /// <summary>When it is given up, as the clock stamps it.</summary>
    public long Due { get; private set; }

    /// <summary>Its neighbours in the queue; the queue's own.</summary>
    public TimedCall? Before { get; set; }

    /// <inheritdoc cref="Before"/>
    public TimedCall? After { get; set; }

    /// <summary>Whether it is in the queue; the queue's own.</summary>
    public bool Queued { get; set; }

    /// <summary>Waits for a call.</summary>
    /// <param name="asked">The call, not yet answered.</param>
    /// <param name="deadline">Until when.</param>
    /// <param name="queue">What keeps the time; null where the deadline is over, and nobody waits any more.</param>
    /// <param name="failed">Told what the call threw.</param>
    /// <param name="late">Told the answer where it comes after the deadline.</param>
    public static ValueTask<GroupReply> WaitAsync(
        ValueTask<GroupReply> asked, Deadline deadline, DeadlineQueue? queue, Action<Exception> failed, LateTake? late)
    {
        TimedCall call = Rent();
        (call._asked, call._queue, call._failed, call._late) = (asked, queue, failed, late);
        call.Due = deadline.Due;
        call._users = 2;
        var wait = new ValueTask<GroupReply>(call, call._core.Version); // before it can be over
        if (queue is null)
        {
            call.GiveUp();
        }
        else
        {
            queue.Add(call);
        }

        call._asked.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(call._answered);
        return wait;
    }

    /// <summary>The deadline has passed: whoever waits goes on in this call.</summary>
    public void GiveUp() => _core.SetResult(GroupReply.Unavailable());

    public GroupReply GetResult(short token)
    {
        GroupReply reply = _core.GetResult(token);
        Done();
        return reply;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private static TimedCall Rent()
    {
        if (s_free is not { } call)
        {
            return new();
        }

        (s_free, call._nextFree) = (call._nextFree, null);
        s_kept--;
        return call;
    }

    private void Answered()
    {
        GroupReply reply;
        try
        {
            reply = _asked.GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            _failed(exception);
            reply = GroupReply.Unavailable();
        }

        if (_queue?.Remove(this) == true)
        {
            _core.SetResult(reply);
        }
        else
        {
            _late?.Answered(reply);
        }

        Done();
    }

    // The last of the two may be on another thread than the first.
    private void Done()
    {
        if (Interlocked.Decrement(ref _users) > 0)
        {
            return;
        }

        _core.Reset();
        (_asked, _queue, _failed, _late) = (default, null, null!, null);
        if (s_kept < KeptPerThread)
        {
            (_nextFree, s_free) = (s_free, this);
            s_kept++;
        }
    }
}

/// <summary>A take of a request of several groups, for the case that its answer comes after the deadline.</summary>
internal readonly record struct LateTake(SeveralGroups Request, int Group, TakeId Id)
{
    public void Answered(in GroupReply reply) => Request.Late(Group, Id, reply);
}
