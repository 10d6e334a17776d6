namespace OrleansLimiter.Decisions;

/// <summary>
/// Acquires for one request from all of its groups or from none, by the try-confirm-cancel pattern: reserve in each, then commit
/// or cancel. It ends by the deadline; groups that have not answered are unavailable then.
/// </summary>
internal sealed class MultiGroupAcquisition(BucketStoreCalls store, GroupRequest[] requests, bool deny, Deadline deadline)
{
    // The acquisitions that were refused: the first, and the second where it was tried again.
    private OperationId _refusedBefore;
    private OperationId _refused;

    /// <summary>What replaces the unavailable; null where nothing does.</summary>
    public FallbackGroups? Fallback { get; init; }

    public async ValueTask<GroupReply[]> ReadAsync()
    {
        GroupReply[] given = await RepliesAsync(store.Read(requests, deadline)).ConfigureAwait(false);
        return await ReplaceUnavailableAsync(given, null, acquisitions: 0, OperationId.None).ConfigureAwait(false);
    }

    public async ValueTask<GroupReply[]> AcquireAsync()
    {
        GroupReply[] replies = await TryAcquireAsync(null).ConfigureAwait(false);
        return OnlyContended(replies) ? await TryAgainAsync(replies).ConfigureAwait(false) : replies;
    }

    /// <summary>
    /// Only reservations of others stood in the way, and by now these are settled or soon will be. A refusal stays one
    /// where the second attempt is not answered in time.
    /// </summary>
    public ValueTask<GroupReply[]> TryAgainAsync(GroupReply[] before) => deadline.IsOver ? new(before) : TryAcquireAsync(before);

    /// <summary>
    /// An acquisition was answered after the deadline. Where the request was refused it is cancelled now, beside the cancellation
    /// that was sent when it was refused: that one may have overtaken it. One that comes before that is reached by that cancellation.
    /// </summary>
    public void Late(int group, OperationId id, in GroupReply reply)
    {
        if ((id == _refused || id == _refusedBefore) && reply.Outcome != GroupOutcome.Refused)
        {
            store.Send(requests[group].With(OperationKind.Cancel, id));
        }
    }

    private async ValueTask<GroupReply[]> TryAcquireAsync(GroupReply[]? before)
    {
        var id = OperationId.New();
        Fallback?.Begin();
        var asked = new ValueTask<GroupReply>[requests.Length];
        (int acquisitions, int reservations) = Execute(asked, id);
        GroupReply[] given = await RepliesAsync(asked).ConfigureAwait(false);
        GroupReply[] replies = await ReplaceUnavailableAsync(given, before, acquisitions, id).ConfigureAwait(false);
        if (AnyRefuses(replies))
        {
            (_refusedBefore, _refused) = (_refused, id);
            await CancelAsync(acquisitions, given, replies, id).ConfigureAwait(false);
        }
        else
        {
            Commit(reservations, id);
        }

        return replies;
    }

    // How many groups were asked for permits, and how many of these to reserve them: the first ones. The rest was only read.
    private (int Acquisitions, int Reservations) Execute(ValueTask<GroupReply>[] asked, OperationId id)
    {
        int acquisitions = 0;
        int reservations = 0;
        bool settled = true;
        bool refused = false;
        for (int i = 0; i < asked.Length; i++)
        {
            OperationKind kind = refused ? OperationKind.Read
                : settled && i == asked.Length - 1 ? OperationKind.Acquire : OperationKind.Reserve;
            store.Execute(requests[i].With(kind, id), deadline, refused ? null : new LateAcquisition(this, i, id), out asked[i]);
            acquisitions += refused ? 0 : 1;
            reservations += kind == OperationKind.Reserve ? 1 : 0;
            if (asked[i].IsCompletedSuccessfully)
            {
                // A ValueTask is read once; what was read stands in for it.
                GroupReply reply = asked[i].Result;
                asked[i] = new(reply);
                refused |= Refuses(reply);
                settled &= Fallback is null || reply.Outcome != GroupOutcome.Unavailable;
            }
            else
            {
                settled = false;
            }
        }

        return (acquisitions, reservations);
    }

    // What decides for each group: its reply, else the refusal that is known of it, else the fallback.
    private async ValueTask<GroupReply[]> ReplaceUnavailableAsync(GroupReply[] given, GroupReply[]? before, int acquisitions, OperationId id)
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

        if (Fallback is not null)
        {
            await Fallback.ExecuteAsync(replies, acquisitions, id, deadline).ConfigureAwait(false);
        }

        return replies;
    }

    // An unavailable group may have acquired before its reply was lost, or may still do so, so it is told as well; but there
    // is nothing to wait for.
    private async ValueTask CancelAsync(int acquisitions, GroupReply[] given, GroupReply[] replies, OperationId id)
    {
        var cancelled = new ValueTask<GroupReply>[replies.Length];
        for (int i = 0; i < cancelled.Length; i++)
        {
            cancelled[i] = new(replies[i]);
            if (i < acquisitions && given[i].Outcome == GroupOutcome.Allowed)
            {
                store.Execute(requests[i].With(OperationKind.Cancel, id), deadline, late: null, out cancelled[i]);
            }
            else if (i < acquisitions && given[i].Outcome == GroupOutcome.Unavailable)
            {
                store.Send(requests[i].With(OperationKind.Cancel, id));
            }

            if (Fallback?.HasAcquired(i) == true)
            {
                cancelled[i] = Fallback.CancelAsync(i, id, deadline);
            }
        }

        for (int i = 0; i < cancelled.Length; i++)
        {
            GroupReply reply = await cancelled[i].ConfigureAwait(false);
            replies[i] = replies[i].Outcome == GroupOutcome.Allowed && reply.Outcome != GroupOutcome.Unavailable
                ? replies[i] with { Readings = reply.Readings }
                : replies[i];
        }
    }

    // No caller waits for it: a reservation becomes final by itself.
    private void Commit(int reservations, OperationId id)
    {
        for (int i = 0; i < reservations; i++)
        {
            store.Send(requests[i].Commit(id));
        }

        Fallback?.Commit(id);
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

    private static async ValueTask<GroupReply[]> RepliesAsync(ValueTask<GroupReply>[] asked)
    {
        var replies = new GroupReply[asked.Length];
        for (int i = 0; i < asked.Length; i++)
        {
            replies[i] = await asked[i].ConfigureAwait(false);
        }

        return replies;
    }
}
