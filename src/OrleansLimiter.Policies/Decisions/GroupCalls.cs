using System.Runtime.CompilerServices;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// An engine as decisions ask it: no call throws, and none is waited for past the deadline. What an engine throws is a bug
/// of it, and no reason to fail whoever asks: the group counts as unavailable, and the bug is told aside.
/// </summary>
internal sealed class GroupCalls(IGroups groups, Action<Exception> failed)
{
    /// <summary>Asks. The answer comes whenever it comes, also when nobody waits for it any more.</summary>
    public ValueTask<GroupReply> Ask(GroupCall call, in GroupQuestion question, int cost, TakeId id)
    {
        try
        {
            ValueTask<GroupReply> asked = call switch
            {
                GroupCall.Read => groups.ReadAsync(question.Key, question.Rules, cost),
                GroupCall.Return => groups.ReturnAsync(question.Key, question.Rules, cost, id),
                _ => groups.TakeAsync(question.Key, question.Rules, cost, id, hold: call == GroupCall.Hold),
            };
            return asked.IsCompletedSuccessfully ? asked : new(GuardAsync(asked));
        }
        catch (Exception exception)
        {
            failed(exception);
            return new(GroupReply.Unavailable());
        }
    }

    /// <summary>The answer; unavailable where none has come when the deadline is over.</summary>
    /// <param name="asked">The call; afterwards it can be looked at as often as one likes.</param>
    /// <param name="deadline">The decision's deadline.</param>
    public static ValueTask<GroupReply> AnswerAsync(ref ValueTask<GroupReply> asked, Deadline deadline)
    {
        if (asked.IsCompletedSuccessfully)
        {
            return asked = new(asked.Result);
        }

        Task<GroupReply> call = asked.AsTask();
        asked = new(call);
        return WaitAsync(call, deadline);
    }

    /// <summary>Lets a take become final. Nobody waits for it: a hold becomes final by itself.</summary>
    public void Confirm(GroupKey key, TakeId id) => _ = ConfirmAsync(key, id);

    /// <summary>Returns a take whose answer is still out: at once, and again when it has come, lest it was taken after that.</summary>
    public void ReturnLate(ValueTask<GroupReply> take, GroupQuestion question, int cost, TakeId id)
    {
        bool late = !take.IsCompleted;
        _ = Ask(GroupCall.Return, question, cost, id);
        if (late)
        {
            _ = ReturnWhenAnsweredAsync(take.AsTask(), question, cost, id);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<GroupReply> WaitAsync(Task<GroupReply> call, Deadline deadline)
    {
        await ((Task)call.WaitAsync(deadline.Left, deadline.Time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return call.IsCompleted ? call.Result : GroupReply.Unavailable();
    }

    private async Task<GroupReply> GuardAsync(ValueTask<GroupReply> asked)
    {
        try
        {
            return await asked.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failed(exception);
            return GroupReply.Unavailable();
        }
    }

    private async ValueTask ConfirmAsync(GroupKey key, TakeId id)
    {
        try
        {
            await groups.ConfirmAsync(key, id).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failed(exception);
        }
    }

    private async Task ReturnWhenAnsweredAsync(Task<GroupReply> take, GroupQuestion question, int cost, TakeId id)
    {
        if ((await take.ConfigureAwait(false)).Outcome != GroupOutcome.Refused)
        {
            _ = Ask(GroupCall.Return, question, cost, id);
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
