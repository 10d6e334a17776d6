using System.Threading.Tasks.Sources;

namespace OrleansLimiter.Decisions;

/// <summary>A call that waits in a <see cref="DeadlineQueue"/>. What is here is the queue's own.</summary>
internal abstract class TimedCall
{
    /// <summary>When it is given up, as the clock stamps it.</summary>
    public long Due { get; protected set; }

    /// <summary>Its neighbours in the queue.</summary>
    public TimedCall? Before { get; set; }

    /// <inheritdoc cref="Before"/>
    public TimedCall? After { get; set; }

    /// <summary>Whether it is in the queue.</summary>
    public bool Queued { get; set; }

    /// <summary>The deadline has passed: the caller that waits continues in this call.</summary>
    public abstract void GiveUp();
}

/// <summary>
/// A call of a store that is waited for until a deadline, and what follows from its reply, or from there being none. An
/// exception of the store is reported separately. Used again once both the reply and the caller that waited are done.
/// </summary>
internal abstract class TimedCall<T> : TimedCall, IValueTaskSource<T>
{
    private readonly Action _answered;
    private ManualResetValueTaskSourceCore<T> _core;
    private ValueTask<GroupReply> _asked;
    private DeadlineQueue? _queue;
    private Action<Exception> _failed = null!;
    private int _users;

    protected TimedCall() => _answered = Answered;

    /// <summary>Begins to wait.</summary>
    /// <param name="asked">The call, not yet answered.</param>
    /// <param name="due">Until when.</param>
    /// <param name="queue">What keeps the time; null where no caller waits.</param>
    /// <param name="failed">Told what the call threw.</param>
    protected ValueTask<T> WaitAsync(ValueTask<GroupReply> asked, long due, DeadlineQueue? queue, Action<Exception> failed)
    {
        (_asked, _queue, _failed, Due, _users) = (asked, queue, failed, due, 2);
        var wait = new ValueTask<T>(this, _core.Version); // before it can be over
        if (queue is null)
        {
            GiveUp();
        }
        else
        {
            queue.Add(this);
        }

        asked.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_answered);
        return wait;
    }

    /// <summary>The answer has come in time, or none has come.</summary>
    protected abstract void Came(in GroupReply reply);

    /// <summary>The answer has come after the deadline.</summary>
    protected abstract void CameLate(in GroupReply reply);

    /// <summary>The call is over: drops what it refers to, so that the object can be used again.</summary>
    protected abstract void Clear();

    /// <summary>The caller that waits continues in this call.</summary>
    protected void Finish(in T result) => _core.SetResult(result);

    /// <summary>The caller that waits receives the exception in this call.</summary>
    protected void Fail(Exception exception) => _core.SetException(exception);

    /// <inheritdoc/>
    public override void GiveUp() => Came(GroupReply.Unavailable());

    public T GetResult(short token)
    {
        bool fetched = token == _core.Version; // a second time is a bug of the caller, and must not count for the caller that waits now
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            if (fetched)
            {
                Done();
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

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
            Came(reply);
        }
        else
        {
            CameLate(reply);
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
        (_asked, _queue, _failed) = (default, null, null!);
        Clear();
    }
}
