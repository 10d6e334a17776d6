namespace OrleansLimiter.Decisions;

/// <summary>
/// Waiting calls in the order of their deadlines, with one timer for the first of them. A timer for each call would be an object, a
/// registration and a task, although deadlines rarely pass.
/// </summary>
/// <remarks>
/// The deadlines of a queue have nearly the same duration, so a new call is nearly always added at the end. A call is removed when its
/// reply is received, which is nearly always before the timer is due.
/// </remarks>
internal sealed class DeadlineQueue(TimeProvider time)
{
    private readonly Lock _gate = new();
    private PendingCall? _first;
    private PendingCall? _last;
    private ITimer? _timer;
    private long _armedFor;

    public void Add(PendingCall call)
    {
        lock (_gate)
        {
            PendingCall? before = _last;
            while (before is not null && before.Due > call.Due)
            {
                before = before.Before;
            }

            Link(call, before);
            Arm(call);
        }
    }

    /// <summary>Removes a call that has a reply; false if its deadline has passed already.</summary>
    public bool Remove(PendingCall call)
    {
        lock (_gate)
        {
            if (call.Queued)
            {
                Unlink(call);
                return true;
            }

            return false;
        }
    }

    private void GiveUp()
    {
        while (TryDequeueExpired() is { } call)
        {
            call.GiveUp();
        }
    }

    // If no deadline has passed, the timer is set to the next one, or disposed.
    private PendingCall? TryDequeueExpired()
    {
        lock (_gate)
        {
            PendingCall? first = _first;
            if (first is null)
            {
                _timer?.Dispose();
                _timer = null;
            }
            else if (time.GetTimestamp() >= first.Due)
            {
                Unlink(first);
                return first;
            }
            else
            {
                _armedFor = long.MaxValue;
                Arm(first);
            }

            return null;
        }
    }

    // If the call of the timer was removed, the timer fires without effect and is set again. Only an earlier deadline changes it.
    private void Arm(PendingCall call)
    {
        if (_timer is null)
        {
            using AsyncFlowControl? none = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
            _timer = time.CreateTimer(static queue => ((DeadlineQueue)queue!).GiveUp(), this, Left(call), Timeout.InfiniteTimeSpan);
            _armedFor = call.Due;
        }
        else if (call.Due < _armedFor)
        {
            _timer.Change(Left(call), Timeout.InfiniteTimeSpan);
            _armedFor = call.Due;
        }
    }

    private TimeSpan Left(PendingCall call) => new Deadline(call.Due, time, Magnitude: 0).Left;

    private void Link(PendingCall call, PendingCall? before)
    {
        PendingCall? after = before is null ? _first : before.After;
        (call.Before, call.After, call.Queued) = (before, after, true);
        _ = before is null ? _first = call : before.After = call;
        _ = after is null ? _last = call : after.Before = call;
    }

    private void Unlink(PendingCall call)
    {
        _ = call.Before is null ? _first = call.After : call.Before.After = call.After;
        _ = call.After is null ? _last = call.Before : call.After.Before = call.Before;
        (call.Before, call.After, call.Queued) = (null, null, false);
    }
}
