namespace OrleansLimiter.Decisions;

/// <summary>
/// A bucket store as decisions use it: no call throws, and none is waited for past the deadline. An exception of a store is a bug
/// of it and no reason to fail the caller: the group counts as unavailable, and the exception is reported separately.
/// </summary>
internal sealed class BucketStoreCalls(IBucketStore store, TimeProvider time, Action<Exception> failed)
{
    // One for each core: callers on different cores do not wait for each other.
    private readonly DeadlineQueue[] _queues = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new DeadlineQueue(time))];

    /// <summary>Keeps the time of calls that begin now.</summary>
    public DeadlineQueue Queue => _queues[Thread.GetCurrentProcessorId() % _queues.Length];

    /// <summary>Receives the exceptions of the store.</summary>
    public Action<Exception> Failed => failed;

    /// <summary>Executes; the deadline is the caller's business. A reply that is there has nothing to throw any more.</summary>
    /// <param name="requests">The operations, one for each group.</param>
    /// <param name="replies">Receives their replies; each is awaited once.</param>
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

    /// <summary>Executes one operation; the deadline is the caller's business.</summary>
    public ValueTask<GroupReply> ExecuteAsync(in GroupRequest request)
    {
        ValueTask<GroupReply> reply = default;
        Execute(new ReadOnlySpan<GroupRequest>(in request), new Span<ValueTask<GroupReply>>(ref reply));
        return reply;
    }

    /// <summary>Executes one operation. The reply is "unavailable" where the store has given none by the deadline.</summary>
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
            // What a cancellation reads is not waited for where the decision is late already.
            bool waits = request.Operation.Kind != OperationKind.Cancel || !deadline.IsOver;
            reply = TimedReply.WaitAsync(reply, deadline, waits ? Queue : null, failed, late);
        }
    }

    /// <summary>Executes reads, all at once, each with the deadline.</summary>
    public ValueTask<GroupReply>[] Read(ReadOnlySpan<GroupRequest> requests, Deadline deadline)
    {
        var replies = new ValueTask<GroupReply>[requests.Length];
        Execute(requests, replies);
        for (int i = 0; i < replies.Length; i++)
        {
            replies[i] = replies[i].IsCompletedSuccessfully
                ? replies[i]
                : TimedReply.WaitAsync(replies[i], deadline, Queue, failed, late: null);
        }

        return replies;
    }

    /// <summary>Executes an operation whose reply no caller waits for.</summary>
    public void Send(in GroupRequest request)
    {
        ValueTask<GroupReply> reply = ExecuteAsync(request);
        if (!reply.IsCompletedSuccessfully)
        {
            _ = TimedReply.WaitAsync(reply, default, queue: null, failed, late: null).Result; // given up at once
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
