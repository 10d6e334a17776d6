using System.Buffers;
using System.Collections.Concurrent;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// A batching channel to one silo. While <see cref="MaxCalls"/> calls to the silo are in progress, further operations wait and
/// are sent together in the next call; otherwise an operation is sent immediately. No operation waits for a timer, and the cost
/// of an operation decreases with the load.
/// </summary>
/// <remarks>
/// The silo executes operations on its living groups without waiting, so that operations do not delay each other. An operation on
/// a group that the silo does not have is sent to the grain of the group.
/// </remarks>
internal sealed class SiloChannel(
    string name, ISiloGrain silo, GrainCalls calls, GroupLocator locator, LimiterClock clock, CircuitBreaker breaker, TimeSpan deadline)
{
    /// <summary>The maximum number of concurrent calls: 2, so that the silo has the next call when it completes one.</summary>
    public const int MaxCalls = 2;

    /// <summary>
    /// The maximum number of operations in one call: 256. Larger calls are not cheaper per operation, and their arrays would be
    /// large objects.
    /// </summary>
    public const int MaxOperations = 256;

    /// <summary>The maximum number of waiting operations: 65,536. Further operations are unavailable.</summary>
    public const int MaxWaiting = 1 << 16;

    private static readonly Action<PendingOperation, GroupReplyData?> s_unavailable =
        static (operation, _) => operation.Complete(GroupReply.Unavailable());

    private readonly ConcurrentQueue<PendingOperation> _waiting = new();
    private int _count;
    private int _calls;
    private long _sent;

    /// <summary>Executes an operation on a group of the silo. Never throws.</summary>
    public ValueTask<GroupReply> ExecuteAsync(in GroupRequest request, GroupLocation group)
    {
        Instant now = clock.Now;
        if (Volatile.Read(ref _calls) > 0 && breaker.Refuses(now))
        {
            return new(GroupReply.Unavailable()); // a call in progress detects when the cluster is back
        }

        if (Interlocked.Increment(ref _count) > MaxWaiting)
        {
            Interlocked.Decrement(ref _count);
            return new(GroupReply.Unavailable());
        }

        PendingOperation operation = PendingOperation.Rent(request, group, now);
        ValueTask<GroupReply> reply = operation.Reply; // must be read before the operation can complete
        _waiting.Enqueue(operation);
        if (TryBeginCall(now))
        {
            // Otherwise the execution context of the first request would flow to all requests of the batch.
            using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            {
                _ = SendAsync();
            }
        }

        return reply;
    }

    /// <summary>Acquires or ends a lease; null if the silo did not reply.</summary>
    public async Task<LeaseReply?> LeaseAsync(LeaseMessage message)
    {
        try
        {
            return await silo.LeaseAsync(message).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            calls.OnFailure(failure);
            return null;
        }
    }

    // While the maximum number of calls is in progress, the operation waits: a call that ends sends the waiting operations. A call
    // without a reply must not block the others, so one more call may begin if none was sent for a whole deadline.
    private bool TryBeginCall(Instant now)
    {
        while (!_waiting.IsEmpty)
        {
            int calls = Volatile.Read(ref _calls);
            long sent = Volatile.Read(ref _sent);
            if (calls >= MaxCalls
                && (now - new Instant(sent) <= deadline || Interlocked.CompareExchange(ref _sent, now.Ticks, sent) != sent))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _calls, calls + 1, calls) == calls)
            {
                return true;
            }
        }

        return false;
    }

    private async Task SendAsync()
    {
        do
        {
            try
            {
                await SendOnceAsync().ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                calls.OnFailure(failure); // a bug in the continuation of a reply; the channel continues
            }

            Interlocked.Decrement(ref _calls);
        }
        while (TryBeginCall(clock.Now));
    }

    private async Task SendOnceAsync()
    {
        PendingOperation[] operations = ArrayPool<PendingOperation>.Shared.Rent(MaxOperations);
        int count = Fill(operations);
        GroupReplyData[] replies = [];
        Action<PendingOperation, GroupReplyData?> handle = s_unavailable;
        if (count > 0 && breaker.TryEnter())
        {
            try
            {
                OperationsReply reply = await silo.ExecuteBatchAsync(OperationBatch.Of(operations.AsSpan(0, count))).ConfigureAwait(false);
                breaker.OnReply();
                (replies, handle) = (reply.Replies, OnReply);
            }
            catch (Exception failure)
            {
                breaker.OnFailure();
                calls.OnFailure(failure);
                handle = failure is SiloUnavailableException ? OnSiloStopped : OnReplyLost;
            }
        }

        new ReplyDispatcher(operations, count, replies, handle).Dispatch();
    }

    private int Fill(PendingOperation[] operations)
    {
        Instant now = clock.Now;
        Volatile.Write(ref _sent, now.Ticks);
        int count = 0;
        while (count < MaxOperations && _waiting.TryDequeue(out PendingOperation? operation))
        {
            Interlocked.Decrement(ref _count);
            if (operation.Request.Operation.Acquires && now - operation.Began > deadline)
            {
                operation.Complete(GroupReply.Unavailable()); // the deadline has passed, so it must not be counted
                continue;
            }

            operations[count++] = operation;
        }

        return count;
    }

    private void OnReply(PendingOperation operation, GroupReplyData? reply)
    {
        if (reply is not { Outcome: not GroupReplyData.Gone } data)
        {
            ExecuteByGrain(operation);
            return;
        }

        GroupReply converted = calls.ToReply(data);
        locator.CacheRefusal(operation.Group, operation.Request.Operation, converted, operation.Began);
        operation.Complete(converted);
    }

    // The counts of the silo are lost with it.
    private void OnSiloStopped(PendingOperation operation, GroupReplyData? none)
    {
        locator.RemoveChannel(name);
        ExecuteByGrain(operation);
    }

    // The silo may have executed the operation before the reply was lost.
    private void OnReplyLost(PendingOperation operation, GroupReplyData? none)
    {
        if (operation.Request.Operation.IsIdempotent && clock.Now - operation.Began <= GrainCalls.RepeatWithin)
        {
            ExecuteByGrain(operation);
        }
        else
        {
            locator.Remove(operation.Request.Key, operation.Group);
            operation.Complete(GroupReply.Unavailable());
        }
    }

    private void ExecuteByGrain(PendingOperation operation)
    {
        locator.Remove(operation.Request.Key, operation.Group);
        _ = ExecuteByGrainAsync(operation);
    }

    private async Task ExecuteByGrainAsync(PendingOperation operation) =>
        operation.Complete(await calls.ExecuteAsync(operation.Request, locator).ConfigureAwait(false));
}
