using System.Threading.Tasks.Sources;

namespace OrleansLimiter.Decisions;

/// <summary>A call that waits in a <see cref="DeadlineQueue"/>. The members belong to the queue.</summary>
internal abstract class PendingCall
{
    /// <summary>The timestamp of the deadline.</summary>
    public long Due { get; protected set; }

    /// <summary>The previous and the next call in the queue.</summary>
    public PendingCall? Before { get; set; }

    /// <inheritdoc cref="Before"/>
    public PendingCall? After { get; set; }

    /// <summary>Whether the call is in the queue.</summary>
    public bool Queued { get; set; }

    /// <summary>Ends the wait because the deadline has passed. The continuation of the caller runs in this call.</summary>
    public abstract void GiveUp();
}

/// <summary>
/// A call of a store with a deadline. The derived class computes the result from the reply, or from a missing reply. An exception
/// of the store is reported separately. The object is pooled: it is reused when both the reply and the result have been
/// processed.
/// </summary>
internal abstract class PendingCall<TReply, T> : PendingCall, IValueTaskSource<T>
{
    private readonly Action _onReplied;
    private ManualResetValueTaskSourceCore<T> _core;
    private ValueTask<TReply> _call;
    private DeadlineQueue? _queue;
    private Action<Exception> _onException = null!;
    private int _users;

    protected PendingCall() => _onReplied = OnReplied;

    /// <summary>Starts waiting.</summary>
    /// <param name="pending">The call, which has not completed.</param>
    /// <param name="due">The timestamp of the deadline.</param>
    /// <param name="queue">The deadline queue; null if no caller waits.</param>
    /// <param name="onException">Receives the exception of the call.</param>
    protected ValueTask<T> WaitAsync(ValueTask<TReply> pending, long due, DeadlineQueue? queue, Action<Exception> onException)
    {
        (_call, _queue, _onException, Due, _users) = (pending, queue, onException, due, 2);
        var wait = new ValueTask<T>(this, _core.Version); // before the call can complete
        if (queue is null)
        {
            GiveUp();
        }
        else
        {
            queue.Add(this);
        }

        pending.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_onReplied);
        return wait;
    }

    /// <summary>Creates the unavailable reply: the store has not replied by the deadline, or has thrown an exception.</summary>
    protected abstract TReply Unavailable();

    /// <summary>Handles a reply before the deadline, or the unavailable reply at the deadline.</summary>
    protected abstract void OnReply(in TReply reply);

    /// <summary>Handles a reply after the deadline.</summary>
    protected abstract void OnLateReply(in TReply reply);

    /// <summary>Clears the references, and returns the object to its pool.</summary>
    protected abstract void Clear();

    /// <summary>Sets the result. The continuation of the caller runs in this call.</summary>
    protected void Finish(in T result) => _core.SetResult(result);

    /// <summary>Sets an exception. The continuation of the caller runs in this call.</summary>
    protected void Fail(Exception exception) => _core.SetException(exception);

    /// <inheritdoc/>
    public override void GiveUp() => OnReply(Unavailable());

    public T GetResult(short token)
    {
        bool fetched = token == _core.Version; // a second call is a bug of the caller, and must not affect the current user of the object
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

    private void OnReplied()
    {
        TReply reply;
        try
        {
            reply = _call.GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            _onException(exception);
            reply = Unavailable();
        }

        if (_queue?.Remove(this) == true)
        {
            OnReply(reply);
        }
        else
        {
            OnLateReply(reply);
        }

        Done();
    }

    // The two users may finish on different threads.
    private void Done()
    {
        if (Interlocked.Decrement(ref _users) > 0)
        {
            return;
        }

        _core.Reset();
        (_call, _queue, _onException) = (default, null, null!);
        Clear();
    }
}
