using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>One request's way through several groups: all give, or none has given.</summary>
internal readonly struct SeveralGroups(IGroups groups, GroupQuestion[] questions, int cost)
{
    public async ValueTask<GroupReply[]> ReadAsync()
    {
        var asked = new ValueTask<GroupReply>[questions.Length];
        for (int i = 0; i < asked.Length; i++)
        {
            asked[i] = groups.ReadAsync(questions[i].Key, questions[i].Rules, cost);
        }

        return await AllAsync(asked).ConfigureAwait(false);
    }

    public async ValueTask<GroupReply[]> TakeAsync(OnFailure onFailure)
    {
        GroupReply[] replies = await TryTakeAsync(onFailure).ConfigureAwait(false);

        // Only permits that others held stood in the way, and by now these are settled or soon will be.
        return OnlyContended(replies) ? await TryTakeAsync(onFailure).ConfigureAwait(false) : replies;
    }

    private async ValueTask<GroupReply[]> TryTakeAsync(OnFailure onFailure)
    {
        var id = TakeId.New();
        var asked = new ValueTask<GroupReply>[questions.Length];
        int takes = 0;
        int held = 0;
        bool settled = true;
        bool refused = false;
        for (int i = 0; i < asked.Length; i++)
        {
            (GroupKey key, GroupRules rules) = questions[i];
            if (refused)
            {
                asked[i] = groups.ReadAsync(key, rules, cost);
                continue;
            }

            bool hold = !settled || i < asked.Length - 1;
            asked[i] = groups.TakeAsync(key, rules, cost, id, hold);
            takes++;
            held += hold ? 1 : 0;
            settled = settled && asked[i].IsCompletedSuccessfully;
            if (asked[i].IsCompletedSuccessfully)
            {
                // A ValueTask is read once; what was read stands in for it.
                GroupReply reply = asked[i].Result;
                asked[i] = new(reply);
                refused = Refuses(reply, onFailure);
            }
        }

        GroupReply[] replies = await AllAsync(asked).ConfigureAwait(false);
        await (AnyRefuses(replies, onFailure) ? ReturnAsync(id, replies, takes) : ConfirmAsync(id, held)).ConfigureAwait(false);
        return replies;
    }

    // The groups after the first so many were only read. An unavailable one may have taken before its answer was lost,
    // so it is told as well.
    private async ValueTask ReturnAsync(TakeId id, GroupReply[] replies, int takes)
    {
        var returned = new ValueTask<GroupReply>[takes];
        for (int i = 0; i < takes; i++)
        {
            returned[i] = replies[i].Outcome != GroupOutcome.Refused
                ? groups.ReturnAsync(questions[i].Key, questions[i].Rules, cost, id)
                : new(replies[i]);
        }

        for (int i = 0; i < takes; i++)
        {
            GroupReply reply = await returned[i].ConfigureAwait(false);
            replies[i] = replies[i].Outcome == GroupOutcome.Allowed && reply.Outcome != GroupOutcome.Unavailable
                ? replies[i] with { Readings = reply.Readings }
                : replies[i];
        }
    }

    private async ValueTask ConfirmAsync(TakeId id, int held)
    {
        var confirmed = new ValueTask[held];
        for (int i = 0; i < held; i++)
        {
            confirmed[i] = groups.ConfirmAsync(questions[i].Key, id);
        }

        foreach (ValueTask each in confirmed)
        {
            await each.ConfigureAwait(false);
        }
    }

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

    private static bool AnyRefuses(GroupReply[] replies, OnFailure onFailure)
    {
        foreach (ref readonly GroupReply reply in replies.AsSpan())
        {
            if (Refuses(reply, onFailure))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Refuses(in GroupReply reply, OnFailure onFailure) =>
        reply.Outcome == GroupOutcome.Refused
        || (reply.Outcome == GroupOutcome.Unavailable && onFailure.Kind == OnFailureKind.Deny);

    private static async ValueTask<GroupReply[]> AllAsync(ValueTask<GroupReply>[] asked)
    {
        var replies = new GroupReply[asked.Length];
        for (int i = 0; i < asked.Length; i++)
        {
            replies[i] = await asked[i].ConfigureAwait(false);
        }

        return replies;
    }
}
