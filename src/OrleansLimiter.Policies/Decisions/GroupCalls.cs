namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// An engine as decisions ask it: no call throws, and none is waited for past the deadline. What an engine throws is a bug
/// of it, and no reason to fail whoever asks: the group counts as unavailable, and the bug is told aside.
/// </summary>
internal sealed class GroupCalls(IGroups groups, Action<Exception> failed)
{
    /// <summary>Asks; to be awaited by <see cref="AnswerAsync"/> alone.</summary>
    public ValueTask<GroupReply> Ask(GroupCall call, in GroupQuestion question, int cost, TakeId id)
    {
        try
        {
            return call switch
            {
                GroupCall.Read => groups.ReadAsync(question.Key, question.Rules, cost),
                GroupCall.Return => groups.ReturnAsync(question.Key, question.Rules, cost, id),
                _ => groups.TakeAsync(question.Key, question.Rules, cost, id, hold: call == GroupCall.Hold),
            };
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<GroupReply>(exception);
        }
    }

    /// <summary>The answer; unavailable where none has come when the deadline is over.</summary>
    /// <param name="asked">The call; afterwards it can be looked at as often as one likes.</param>
    /// <param name="deadline">The decision's deadline.</param>
    public ValueTask<GroupReply> AnswerAsync(ref ValueTask<GroupReply> asked, Deadline deadline)
    {
        if (asked.IsCompletedSuccessfully)
        {
            GroupReply reply = asked.Result;
            return asked = new(reply);
        }

        Task<GroupReply> call = asked.AsTask();
        asked = new(call);
        return WaitAsync(call, deadline);
    }

    /// <summary>Lets a take become final. Nobody waits for it: a hold becomes final by itself.</summary>
    public void Confirm(GroupKey key, TakeId id)
    {
        try
        {
            Forget(groups.ConfirmAsync(key, id));
        }
        catch (Exception exception)
        {
            failed(exception);
        }
    }

    /// <summary>Returns a take whose answer is still out: at once, and again when it has come, lest it was taken after that.</summary>
    public void ReturnLate(ValueTask<GroupReply> take, GroupQuestion question, int cost, TakeId id)
    {
        bool late = !take.IsCompleted;
        _ = ObserveAsync(Ask(GroupCall.Return, question, cost, id).AsTask());
        if (late)
        {
            _ = ReturnWhenAnsweredAsync(take.AsTask(), question, cost, id);
        }
    }

    private async ValueTask<GroupReply> WaitAsync(Task<GroupReply> call, Deadline deadline)
    {
        await ((Task)call.WaitAsync(deadline.Left, deadline.Time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (call.IsCompletedSuccessfully)
        {
            return call.Result;
        }

        _ = ObserveAsync(call);
        return GroupReply.Unavailable();
    }

    private async Task ReturnWhenAnsweredAsync(Task<GroupReply> take, GroupQuestion question, int cost, TakeId id)
    {
        await ((Task)take).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!take.IsCompletedSuccessfully || take.Result.Outcome != GroupOutcome.Refused)
        {
            await ObserveAsync(Ask(GroupCall.Return, question, cost, id).AsTask()).ConfigureAwait(false);
        }
    }

    private void Forget(ValueTask call)
    {
        if (call.IsCompletedSuccessfully)
        {
            call.GetAwaiter().GetResult();
            return;
        }

        _ = ObserveAsync(call.AsTask());
    }

    private async Task ObserveAsync(Task call)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!call.IsCompletedSuccessfully)
        {
            failed(call.Exception?.InnerException ?? new TaskCanceledException(call));
        }
    }
}

/// <summary>What a group is asked to do.</summary>
internal enum GroupCall : byte
{
    /// <summary>Take, for good.</summary>
    Take,

    /// <summary>Take, until it is confirmed or returned.</summary>
    Hold,

    /// <summary>Read.</summary>
    Read,

    /// <summary>Return a take, and read.</summary>
    Return,
}
