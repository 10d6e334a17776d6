namespace OrleansLimiter.Decisions;

/// <summary>
/// Acquires permits for one request, or for several, from all of its groups or from none: jointly, in one atomic step, if the store can;
/// otherwise with the try-confirm-cancel pattern: reserve in each group, then commit or cancel. Groups that have not replied by the
/// deadline are unavailable.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="requests">The operations, one for each group.</param>
/// <param name="terms">What the policy decides for groups that do not; with several policies, the terms of all of them.</param>
/// <param name="deadline">The deadline.</param>
internal sealed partial class MultiGroupAcquisition(BucketStoreCalls store, GroupRequest[] requests, FailureTerms terms, Deadline deadline)
{
    // The ids of the refused acquisitions: the first attempt, and the second one if there was one.
    private OperationId _refusedBefore;
    private OperationId _refused;

    /// <summary>The fallback for unavailable groups; null for none.</summary>
    public FallbackGroups? Fallback { get; init; }

    /// <summary>The terms of each group, if there are several policies; null for one.</summary>
    public FailureTerms[]? TermsOfGroups { get; init; }

    public async ValueTask<GroupReply[]> ReadAsync()
    {
        GroupReply[] given = await RepliesAsync(store.Read(requests, deadline)).ConfigureAwait(false);
        return await ReplaceUnavailableAsync(given, null, acquisitions: 0, OperationId.None).ConfigureAwait(false);
    }

    /// <summary>Acquires.</summary>
    /// <param name="jointly">Whether to try one step first. False if the store has already declined.</param>
    public async ValueTask<GroupReply[]> AcquireAsync(bool jointly = true)
    {
        GroupReply[] replies = await TryAcquireAsync(null, jointly).ConfigureAwait(false);
        return IsContended(replies) ? await TryAgainAsync(replies).ConfigureAwait(false) : replies;
    }

    /// <summary>
    /// Tries again after a refusal that only reservations caused, because they are committed or canceled soon. The refusal
    /// stands if the second attempt has no reply by the deadline.
    /// </summary>
    public ValueTask<GroupReply[]> TryAgainAsync(GroupReply[] before) =>
        deadline.IsOver ? new(before) : TryAcquireAsync(before, jointly: true);

    /// <summary>
    /// Handles the reply of an acquisition after the deadline. If the request was refused, the acquisition is canceled again,
    /// because it may have arrived after the cancellation that was sent with the refusal.
    /// </summary>
    public void Late(int group, OperationId id, in GroupReply reply)
    {
        if ((id == _refused || id == _refusedBefore) && reply.Outcome != GroupOutcome.Refused)
        {
            store.Send(requests[group].With(OperationKind.Cancel, id));
        }
    }

    /// <summary>Handles the replies of a joint acquisition after the deadline, in the same way.</summary>
    public void Late(OperationId id, GroupReply[]? replies)
    {
        bool acquired = id != OperationId.None
            && replies is not null && !Array.Exists(replies, reply => reply.Outcome == GroupOutcome.Refused);
        for (int i = 0; acquired && i < requests.Length; i++)
        {
            Late(i, id, replies![i]);
        }
    }

    /// <summary>The replies of groups that have not replied.</summary>
    public static GroupReply[] NoReplies(int count)
    {
        var replies = new GroupReply[count];
        Array.Fill(replies, GroupReply.Unavailable());
        return replies;
    }

    /// <summary>Whether the request was refused only because of reservations of other requests.</summary>
    public static bool IsContended(GroupReply[] replies)
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

    private async ValueTask<GroupReply[]> TryAcquireAsync(GroupReply[]? before, bool jointly)
    {
        Fallback?.Begin();
        bool mayCancel = IsCancelable || MayRefuseUnasked(before);
        if (mayCancel && !IsCancelable && jointly && TryAcquireNow() is { } replied)
        {
            return replied;
        }

        OperationId id = mayCancel ? OperationId.New() : OperationId.None;
        int acquisitions = requests.Length;
        int reservations = 0;
        if (jointly && await AcquireJointlyAsync(id).ConfigureAwait(false) is { } given && !MustAcquireApart(given))
        {
            if (AccountBound.IsReached(given) || !Array.Exists(given, reply => reply.Outcome == GroupOutcome.Unavailable))
            {
                _acquired = AnyRefuses(given) ? OperationId.None : id;
                return given; // all groups have acquired, or none has
            }
        }
        else
        {
            id = id == OperationId.None && requests.Length > 1 ? OperationId.New() : id;
            var asked = new ValueTask<GroupReply>[requests.Length];
            (acquisitions, reservations) = Execute(asked, id);
            given = await RepliesAsync(asked).ConfigureAwait(false);
        }

        GroupReply[] replies = await ReplaceUnavailableAsync(given, before, acquisitions, id).ConfigureAwait(false);
        if (AnyRefuses(replies))
        {
            (_refusedBefore, _refused) = (_refused, id);
            await CancelAsync(acquisitions, given, replies, id).ConfigureAwait(false);
        }
        else
        {
            Commit(reservations, id);
            _acquired = id;
        }

        return replies;
    }

    // Whether the request can be refused although its groups did not reply: also in a second attempt, because the first refusal then
    // stands. The acquisition then needs an id, to be canceled.
    private bool MayRefuseUnasked(GroupReply[]? before) =>
        ((terms & FailureTerms.Denies) != 0 || Fallback is not null || before is not null) && !store.IsSynchronous;

    // The groups of a silo in this process reply before the call returns. There is nothing to cancel then, so the groups need not
    // remember an id.
    private GroupReply[]? TryAcquireNow()
    {
        var replies = new GroupReply[requests.Length];
        return store.TryAcquireAll(requests, replies) && !MustAcquireApart(replies) ? replies : null;
    }

    private ValueTask<GroupReply[]?> AcquireJointlyAsync(OperationId id)
    {
        if (requests.Length == 1)
        {
            return default;
        }

        GroupRequest[] acquisitions = requests;
        if (id != OperationId.None)
        {
            acquisitions = Array.ConvertAll(requests, request => request.With(OperationKind.Acquire, id));
        }

        return store.AcquireAllAsync(acquisitions, deadline, this, id);
    }

    // The numbers of groups with an acquisition and with a reservation, counted from the first group. The other groups were only
    // read.
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
            LateAcquisition? late = refused || id == OperationId.None ? null : new LateAcquisition(this, i, id);
            store.Execute(requests[i].With(kind, id), deadline, late, out asked[i]);
            acquisitions += refused ? 0 : 1;
            reservations += kind == OperationKind.Reserve ? 1 : 0;
            if (asked[i].IsCompletedSuccessfully)
            {
                // The result of a ValueTask can be read only once, so it is replaced by a completed one.
                GroupReply reply = asked[i].Result;
                asked[i] = new(reply);
                refused |= Refuses(i, reply);
                settled &= Fallback is null || reply.Outcome != GroupOutcome.Unavailable;
            }
            else
            {
                settled = false;
            }
        }

        return (acquisitions, reservations);
    }

    // The reply that decides for each group: its own, otherwise its refusal in the first attempt, otherwise that of the fallback.
    private async ValueTask<GroupReply[]> ReplaceUnavailableAsync(
        GroupReply[] given, GroupReply[]? before, int acquisitions, OperationId id)
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

        if (Fallback is not null && !AnyRefusesAtAccountBound(replies))
        {
            await Fallback.ExecuteAsync(replies, acquisitions, id, deadline).ConfigureAwait(false);
        }

        return replies;
    }

    // An unavailable group may have executed the acquisition, or may still do so, so a cancellation is sent to it as well. Its
    // reply is not awaited.
    private async ValueTask CancelAsync(int acquisitions, GroupReply[] given, GroupReply[] replies, OperationId id)
    {
        var canceled = new ValueTask<GroupReply>[replies.Length];
        for (int i = 0; i < canceled.Length; i++)
        {
            canceled[i] = new(replies[i]);
            if (i < acquisitions && given[i].Outcome == GroupOutcome.Allowed)
            {
                store.Execute(requests[i].With(OperationKind.Cancel, id), deadline, late: null, out canceled[i]);
            }
            else if (i < acquisitions && given[i].Outcome == GroupOutcome.Unavailable && !AccountBound.IsReached(given[i]))
            {
                store.Send(requests[i].With(OperationKind.Cancel, id));
            }

            if (Fallback?.HasAcquired(i) == true)
            {
                canceled[i] = Fallback.CancelAsync(i, id, deadline);
            }
        }

        for (int i = 0; i < canceled.Length; i++)
        {
            GroupReply reply = await canceled[i].ConfigureAwait(false);
            replies[i] = replies[i].Outcome == GroupOutcome.Allowed && reply.Outcome != GroupOutcome.Unavailable
                ? replies[i] with { Readings = reply.Readings }
                : replies[i];
        }
    }

    // The replies are not awaited: a reservation becomes final without a commit.
    private void Commit(int reservations, OperationId id)
    {
        for (int i = 0; i < reservations; i++)
        {
            store.Send(requests[i].Commit(id));
        }

        Fallback?.Commit(id);
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
