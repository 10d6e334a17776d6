namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// One request's way through its groups: all give, or none has given. By the deadline, whatever they do; those that have
/// not answered are unavailable then.
/// </summary>
internal sealed class SeveralGroups(GroupCalls groups, GroupQuestion[] questions, int cost, bool deny, Deadline deadline)
{
    // The takes that were refused: the first, and the second where it was asked again.
    private TakeId _refusedBefore;
    private TakeId _refused;

    /// <summary>What stands in for the unavailable; null where nothing does.</summary>
    public LocalGroups? Local { get; init; }

    public async ValueTask<GroupReply[]> ReadAsync()
    {
        var asked = new ValueTask<GroupReply>[questions.Length];
        for (int i = 0; i < asked.Length; i++)
        {
            asked[i] = groups.AskAsync(GroupCall.Read, questions[i], cost, TakeId.None, deadline);
        }

        GroupReply[] given = await AnswersAsync(asked).ConfigureAwait(false);
        return await StandInAsync(given, null, takes: 0, TakeId.None).ConfigureAwait(false);
    }

    public async ValueTask<GroupReply[]> TakeAsync()
    {
        GroupReply[] replies = await TryTakeAsync(null).ConfigureAwait(false);
        return OnlyContended(replies) ? await AskAgainAsync(replies).ConfigureAwait(false) : replies;
    }

    /// <summary>
    /// Only permits that others held stood in the way, and by now these are settled or soon will be. A refusal stays one
    /// where the second question is not answered in time.
    /// </summary>
    public ValueTask<GroupReply[]> AskAgainAsync(GroupReply[] before) => deadline.IsOver ? new(before) : TryTakeAsync(before);

    /// <summary>
    /// A take was answered after the deadline. Where the request was refused it is returned now, beside the return that was sent
    /// when it was refused: that one may have overtaken it. One that comes before that is reached by that return.
    /// </summary>
    public void Late(int group, TakeId id, in GroupReply reply)
    {
        if ((id == _refused || id == _refusedBefore) && reply.Outcome != GroupOutcome.Refused)
        {
            groups.Return(questions[group], cost, id, deadline);
        }
    }

    private async ValueTask<GroupReply[]> TryTakeAsync(GroupReply[]? before)
    {
        var id = TakeId.New();
        Local?.Begin();
        var asked = new ValueTask<GroupReply>[questions.Length];
        (int takes, int held) = Ask(asked, id);
        GroupReply[] given = await AnswersAsync(asked).ConfigureAwait(false);
        GroupReply[] replies = await StandInAsync(given, before, takes, id).ConfigureAwait(false);
        if (AnyRefuses(replies))
        {
            (_refusedBefore, _refused) = (_refused, id);
            await ReturnAsync(takes, given, replies, id).ConfigureAwait(false);
        }
        else
        {
            Confirm(held, id);
        }

        return replies;
    }

    // How many groups were asked to give, and how many of these to hold: the first ones. The rest was only read.
    private (int Takes, int Held) Ask(ValueTask<GroupReply>[] asked, TakeId id)
    {
        int takes = 0;
        int held = 0;
        bool settled = true;
        bool refused = false;
        for (int i = 0; i < asked.Length; i++)
        {
            GroupCall call = refused ? GroupCall.Read : settled && i == asked.Length - 1 ? GroupCall.Take : GroupCall.Hold;
            asked[i] = groups.AskAsync(call, questions[i], cost, id, deadline, refused ? null : new LateTake(this, i, id));
            takes += refused ? 0 : 1;
            held += call == GroupCall.Hold ? 1 : 0;
            if (asked[i].IsCompletedSuccessfully)
            {
                // A ValueTask is read once; what was read stands in for it.
                GroupReply reply = asked[i].Result;
                asked[i] = new(reply);
                refused |= Refuses(reply);
                settled &= Local is null || reply.Outcome != GroupOutcome.Unavailable;
            }
            else
            {
                settled = false;
            }
        }

        return (takes, held);
    }

    // What decides for each group: its answer, else the refusal that is known of it, else what stands in.
    private async ValueTask<GroupReply[]> StandInAsync(GroupReply[] given, GroupReply[]? before, int takes, TakeId id)
    {
        if (!Array.Exists(given, reply => reply.Outcome == GroupOutcome.Unavailable))
        {
            return given;
        }

        GroupReply[] replies = [.. given];
        for (int i = 0; i < replies.Length && before is not null; i++)
        {
            replies[i] = given[i].Outcome == GroupOutcome.Unavailable && before[i].Outcome == GroupOutcome.Refused ? before[i] : given[i];
        }

        if (Local is not null)
        {
            await Local.AskAsync(replies, takes, cost, id, deadline).ConfigureAwait(false);
        }

        return replies;
    }

    // An unavailable group may have taken before its answer was lost, or may still take, so it is told as well; but there
    // is nothing to wait for.
    private async ValueTask ReturnAsync(int takes, GroupReply[] given, GroupReply[] replies, TakeId id)
    {
        var returned = new ValueTask<GroupReply>[replies.Length];
        for (int i = 0; i < returned.Length; i++)
        {
            returned[i] = new(replies[i]);
            if (i < takes && given[i].Outcome == GroupOutcome.Allowed)
            {
                returned[i] = groups.AskAsync(GroupCall.Return, questions[i], cost, id, deadline);
            }
            else if (i < takes && given[i].Outcome == GroupOutcome.Unavailable)
            {
                groups.Return(questions[i], cost, id, deadline);
            }

            if (Local?.Gave(i) == true)
            {
                returned[i] = Local.ReturnAsync(i, cost, id, deadline);
            }
        }

        for (int i = 0; i < returned.Length; i++)
        {
            GroupReply reply = await returned[i].ConfigureAwait(false);
            replies[i] = replies[i].Outcome == GroupOutcome.Allowed && reply.Outcome != GroupOutcome.Unavailable
                ? replies[i] with { Readings = reply.Readings }
                : replies[i];
        }
    }

    private void Confirm(int held, TakeId id)
    {
        for (int i = 0; i < held; i++)
        {
            groups.Confirm(questions[i].Key, id);
        }

        Local?.Confirm(id);
    }

    private bool AnyRefuses(GroupReply[] replies)
    {
        foreach (ref readonly GroupReply reply in replies.AsSpan())
        {
            if (Refuses(reply))
            {
                return true;
            }
        }

        return false;
    }

    private bool Refuses(in GroupReply reply) =>
        reply.Outcome == GroupOutcome.Refused || (deny && reply.Outcome == GroupOutcome.Unavailable);

    private static bool OnlyContended(GroupReply[] replies)
    {
        bool contended = false;
        foreach (ref readonly GroupReply reply in replies.AsSpan())
        {
            if (reply.Outcome == GroupOutcome.Refused && !reply.Contended)
            {
                return false;
            }

            contended |= reply.Outcome == GroupOutcome.Refused;
        }

        return contended;
    }

    private static async ValueTask<GroupReply[]> AnswersAsync(ValueTask<GroupReply>[] asked)
    {
        var replies = new GroupReply[asked.Length];
        for (int i = 0; i < asked.Length; i++)
        {
            replies[i] = await asked[i].ConfigureAwait(false);
        }

        return replies;
    }
}
