namespace OrleansLimiter.Decisions;

/// <summary>
/// Calls that wait, in the order of their deadlines, and one timer for the first of them. A timer for each call would be
/// an object, a registration and a task for something that hardly ever happens.
/// </summary>
/// <remarks>
/// Deadlines are as far away as each other, so that a new one nearly always belongs to the end. Calls leave from wherever they
/// are when they are answered, which is nearly always before the timer sees them.
/// </remarks>
internal sealed class DeadlineQueue(TimeProvider time)
{
    private readonly Lock _gate = new();
    private TimedCall? _first;
    private TimedCall? _last;
    private ITimer? _timer;
    private long _armedFor;

    public void Add(TimedCall call)
    {
        lock (_gate)
        {
            TimedCall? before = _last;
            while (before is not null && before.Due > call.Due)
            {
                before = before.Before;
            }

            Link(call, before);
            Arm(call);
        }
    }

    /// <summary>Takes an answered call out; false where it was given up before.</summary>
    public bool Remove(TimedCall call)
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
        while (TryTakeOverdue() is { } call)
        {
            call.GiveUp();
        }
    }

    // Where none is overdue, the timer is set to the next, or goes.
    private TimedCall? TryTakeOverdue()
    {
        lock (_gate)
        {
            TimedCall? first = _first;
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

    // A timer that is set for a call that has left goes off in vain, and is set anew then; only an earlier one needs it moved.
    private void Arm(TimedCall call)
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

    private TimeSpan Left(TimedCall call) => new Deadline(call.Due, time).Left;

    private void Link(TimedCall call, TimedCall? before)
    {
        TimedCall? after = before is null ? _first : before.After;
        (call.Before, call.After, call.Queued) = (before, after, true);
        _ = before is null ? _first = call : before.After = call;
        _ = after is null ? _last = call : after.Before = call;
    }

    private void Unlink(TimedCall call)
    {
        _ = call.Before is null ? _first = call.After : call.Before.After = call.After;
        _ = call.After is null ? _last = call.Before : call.After.Before = call.Before;
        (call.Before, call.After, call.Queued) = (null, null, false);
    }
}
