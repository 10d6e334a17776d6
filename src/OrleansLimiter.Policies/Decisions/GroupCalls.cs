namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// An engine as decisions ask it: no call throws, and none is waited for past the deadline. What an engine throws is a bug
/// of it, and no reason to fail whoever asks: the group counts as unavailable, and the bug is told aside.
/// </summary>
internal sealed class GroupCalls(IGroups groups, TimeProvider time, Action<Exception> failed)
{
    // One for each core: callers on different cores do not wait for each other.
    private readonly DeadlineQueue[] _queues = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new DeadlineQueue(time))];

    /// <summary>What keeps the time of calls that begin now.</summary>
    public DeadlineQueue Queue => _queues[Thread.GetCurrentProcessorId() % _queues.Length];

    /// <summary>Told what the engine throws.</summary>
    public Action<Exception> Failed => failed;

    /// <summary>Asks. The answer is fetched once; it is "unavailable" where the engine has given none by the deadline.</summary>
    /// <param name="call">What to do.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="cost">Permits.</param>
    /// <param name="id">The take.</param>
    /// <param name="deadline">The decision's deadline.</param>
    /// <param name="late">Told an answer that comes after the deadline.</param>
    public ValueTask<GroupReply> AskAsync(
        GroupCall call, in GroupQuestion question, int cost, TakeId id, Deadline deadline, LateTake? late = null)
    {
        ValueTask<GroupReply> asked = Ask(call, question, cost, id);
        return asked.IsCompletedSuccessfully
            ? asked
            : TimedReply.WaitAsync(asked, deadline, call == GroupCall.Return && deadline.IsOver ? null : Queue, failed, late);
    }

    /// <summary>Asks. An answer that is there has nothing to throw any more; for another the deadline is the caller's business.</summary>
    /// <param name="call">What to do.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="cost">Permits.</param>
    /// <param name="id">The take.</param>
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
            return asked.IsCompleted ? new(asked.GetAwaiter().GetResult()) : asked;
        }
        catch (Exception exception)
        {
            failed(exception);
            return new(GroupReply.Unavailable());
        }
    }

    /// <summary>Returns a take. Nobody waits for it.</summary>
    public void Return(in GroupQuestion question, int cost, TakeId id, Deadline deadline) =>
        _ = AskAsync(GroupCall.Return, question, cost, id, deadline);

    /// <summary>Lets a take become final. Nobody waits for it: a hold becomes final by itself.</summary>
    public void Confirm(GroupKey key, TakeId id) => _ = ConfirmAsync(key, id);

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
