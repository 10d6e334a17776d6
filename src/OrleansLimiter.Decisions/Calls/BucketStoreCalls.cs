namespace OrleansLimiter.Decisions;

/// <summary>
/// Calls a bucket store for decisions. No call throws, and no caller waits beyond the deadline. An exception of the store is a
/// bug: the group counts as unavailable, and the exception is reported separately.
/// </summary>
internal sealed class BucketStoreCalls(IBucketStore store, TimeProvider time, Action<Exception> failed)
{
    // Queues for each core, so that callers on different cores do not contend. Policies can have deadlines of their own: one queue for each
    // magnitude, so that a call with a short deadline is not sorted into many with long ones.
    private readonly DeadlineQueue[] _queues =
        [.. Enumerable.Range(0, Environment.ProcessorCount * Magnitudes).Select(_ => new DeadlineQueue(time))];

    private const int Magnitudes = Deadline.MaxMagnitude + 1;

    /// <summary>The queue of a deadline, for a call that begins now.</summary>
    public DeadlineQueue QueueOf(in Deadline deadline) =>
        _queues[(Thread.GetCurrentProcessorId() % Environment.ProcessorCount * Magnitudes) + deadline.Magnitude];

    /// <summary>Receives the exceptions of the store.</summary>
    public Action<Exception> Failed => failed;

    /// <summary>Executes operations without a deadline. A completed reply never throws.</summary>
    /// <param name="requests">The operations, one for each group.</param>
    /// <param name="replies">Receives the replies. Each must be awaited exactly once.</param>
    public void Execute(ReadOnlySpan<GroupRequest> requests, Span<ValueTask<GroupReply>> replies)
    {
        try
        {
            store.Execute(requests, replies);
        }
        catch (Exception exception)
        {
            failed(exception);
            replies.Fill(new(GroupReply.Unavailable()));
            return;
        }

        foreach (ref ValueTask<GroupReply> reply in replies)
        {
            if (reply.IsCompleted && !reply.IsCompletedSuccessfully)
            {
                reply = Failure(reply);
            }
        }
    }

    /// <summary>Executes one operation without a deadline.</summary>
    public ValueTask<GroupReply> ExecuteAsync(in GroupRequest request)
    {
        ValueTask<GroupReply> reply = default;
        Execute(new ReadOnlySpan<GroupRequest>(in request), new Span<ValueTask<GroupReply>>(ref reply));
        return reply;
    }

    /// <summary>Executes one operation. The reply is unavailable if the store has not replied by the deadline.</summary>
    /// <param name="request">The operation.</param>
    /// <param name="deadline">The decision's deadline.</param>
    /// <param name="late">Receives a reply that comes after the deadline.</param>
    /// <param name="reply">Receives the reply.</param>
    public void Execute(in GroupRequest request, Deadline deadline, LateAcquisition? late, out ValueTask<GroupReply> reply)
    {
        reply = default;
        Execute(new ReadOnlySpan<GroupRequest>(in request), new Span<ValueTask<GroupReply>>(ref reply));
        if (!reply.IsCompletedSuccessfully)
        {
            // The reply of a cancellation is not awaited after the deadline.
            bool waits = request.Operation.Kind != OperationKind.Cancel || !deadline.IsOver;
            reply = PendingReply.WaitAsync(reply, deadline, waits ? QueueOf(deadline) : null, failed, late);
        }
    }

    /// <summary>Whether every operation completes before its call returns.</summary>
    public bool IsSynchronous => store.IsSynchronous;

    /// <summary>Acquires in all groups or in none, if that completes before the call returns. Never throws.</summary>
    public bool TryAcquireAll(ReadOnlySpan<GroupRequest> requests, Span<GroupReply> replies)
    {
        try
        {
            return store.TryAcquireAll(requests, replies);
        }
        catch (Exception exception)
        {
            failed(exception);
            return false;
        }
    }

    /// <summary>Acquires in all groups or in none, without a deadline. A completed call never throws.</summary>
    public ValueTask<GroupReply[]?> AcquireAllAsync(GroupRequest[] requests)
    {
        try
        {
            return store.AcquireAllAsync(requests);
        }
        catch (Exception exception)
        {
            failed(exception);
            return new(MultiGroupAcquisition.NoReplies(requests.Length));
        }
    }

    /// <summary>Acquires in all groups or in none. The replies are unavailable if the store has not replied by the deadline.</summary>
    /// <param name="requests">The acquisitions.</param>
    /// <param name="deadline">The decision's deadline.</param>
    /// <param name="request">Receives replies after the deadline.</param>
    /// <param name="id">The id of the acquisition.</param>
    /// <returns>One reply for each group; null if the groups cannot decide in one step.</returns>
    public ValueTask<GroupReply[]?> AcquireAllAsync(
        GroupRequest[] requests, Deadline deadline, MultiGroupAcquisition request, OperationId id)
    {
        ValueTask<GroupReply[]?> replies = AcquireAllAsync(requests);
        return replies.IsCompletedSuccessfully
            ? replies
            : PendingReplies.WaitAsync(replies, deadline, QueueOf(deadline), failed, request, id, requests.Length);
    }

    /// <summary>Executes reads concurrently, each with the deadline.</summary>
    public ValueTask<GroupReply>[] Read(ReadOnlySpan<GroupRequest> requests, Deadline deadline)
    {
        var replies = new ValueTask<GroupReply>[requests.Length];
        Execute(requests, replies);
        for (int i = 0; i < replies.Length; i++)
        {
            replies[i] = replies[i].IsCompletedSuccessfully
                ? replies[i]
                : PendingReply.WaitAsync(replies[i], deadline, QueueOf(deadline), failed, late: null);
        }

        return replies;
    }

    /// <summary>Executes an operation without awaiting its reply.</summary>
    public void Send(in GroupRequest request)
    {
        ValueTask<GroupReply> reply = ExecuteAsync(request);
        if (!reply.IsCompletedSuccessfully)
        {
            _ = PendingReply.WaitAsync(reply, default, queue: null, failed, late: null).Result; // the wait ends immediately
        }
    }

    private ValueTask<GroupReply> Failure(ValueTask<GroupReply> reply)
    {
        try
        {
            return new(reply.Result);
        }
        catch (Exception exception)
        {
            failed(exception);
            return new(GroupReply.Unavailable());
        }
    }
}
