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
internal sealed class SiloChannel(string name, ISiloGrain silo, bool supportsJoint, FrontEndCalls shared)
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

    private static readonly ReplyDispatcher.Handler s_unavailable = static (operation, _) => operation.CompleteUnavailable();

    private readonly LimiterClock _clock = shared.Clock;
    private readonly CircuitBreaker _breaker = shared.Breaker;
    private readonly ConcurrentQueue<PendingOperation> _waiting = new();
    private int _count;
    private int _calls;
    private long _sent;

    /// <summary>The silo.</summary>
    public ISiloGrain Silo => silo;

    /// <summary>Whether the silo supports joint acquisitions.</summary>
    public bool SupportsJoint => supportsJoint;

    /// <summary>Executes an operation on a group of the silo. Never throws.</summary>
    public ValueTask<GroupReply> ExecuteAsync(in GroupRequest request, GroupLocation group)
    {
        Instant now = _clock.Now;
        if (!TryReserve(now))
        {
            return new(GroupReply.Unavailable());
        }

        PendingSingle operation = PendingSingle.Rent(request, group, now);
        ValueTask<GroupReply> reply = operation.Reply; // must be read before the operation can complete
        Enqueue(operation, now);
        return reply;
    }

    /// <summary>Acquires in several groups of the silo, or in none; null if they cannot decide in one step. Never throws.</summary>
    public ValueTask<GroupReply[]?> AcquireAllAsync(ReadOnlyMemory<GroupRequest> requests, ReadOnlySpan<GroupLocation> groups)
    {
        Instant now = _clock.Now;
        if (!TryReserve(now))
        {
            return new(AcquisitionCalls.NoReplies(requests.Length));
        }

        PendingJoint operation = PendingJoint.Rent(requests, groups, now);
        ValueTask<GroupReply[]?> replies = operation.Replies;
        Enqueue(operation, now);
        return replies;
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
            shared.Grains.OnFailure(failure);
            return null;
        }
    }

    private bool TryReserve(Instant now)
    {
        if (Volatile.Read(ref _calls) > 0 && _breaker.Refuses(now))
        {
            return false; // a call in progress detects when the cluster is back
        }

        if (Interlocked.Increment(ref _count) <= MaxWaiting)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    private void Enqueue(PendingOperation operation, Instant now)
    {
        _waiting.Enqueue(operation);
        if (TryBeginCall(now))
        {
            // Otherwise the execution context of the first request would flow to all requests of the batch.
            using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            {
                _ = SendAsync();
            }
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
                && (now - new Instant(sent) <= shared.Deadline || Interlocked.CompareExchange(ref _sent, now.Ticks, sent) != sent))
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
                shared.Grains.OnFailure(failure); // a bug in the continuation of a reply; the channel continues
            }

            Interlocked.Decrement(ref _calls);
        }
        while (TryBeginCall(_clock.Now));
    }

    private async Task SendOnceAsync()
    {
        PendingOperation[] operations = ArrayPool<PendingOperation>.Shared.Rent(MaxOperations);
        (int count, int size) = Fill(operations);
        GroupReplyData[] replies = [];
        ReplyDispatcher.Handler handle = s_unavailable;
        if (count > 0 && _breaker.TryEnter())
        {
            try
            {
                OperationsReply reply = await silo.ExecuteBatchAsync(Pack(operations.AsSpan(0, count), size)).ConfigureAwait(false);
                _breaker.OnReply();
                (replies, handle) = (reply.Replies, OnReply);
            }
            catch (Exception failure)
            {
                _breaker.OnFailure();
                shared.Grains.OnFailure(failure);
                handle = GrainCalls.IsRejection(failure) ? OnSiloStopped : OnReplyLost;
            }
        }

        new ReplyDispatcher(operations, count, replies, handle).Dispatch();
    }

    private static OperationsMessage Pack(ReadOnlySpan<PendingOperation> operations, int size)
    {
        var batch = new OperationBatch(size);
        foreach (PendingOperation operation in operations)
        {
            operation.AddTo(batch);
        }

        return batch.ToMessage();
    }

    // The last operation may be a joint acquisition, so that the batch can be a little larger than the maximum.
    private (int Count, int Size) Fill(PendingOperation[] operations)
    {
        Instant now = _clock.Now;
        Volatile.Write(ref _sent, now.Ticks);
        int count = 0;
        int size = 0;
        while (size < MaxOperations && _waiting.TryDequeue(out PendingOperation? operation))
        {
            Interlocked.Decrement(ref _count);
            if (operation.Acquires && now - operation.Began > shared.Deadline)
            {
                operation.CompleteUnavailable(); // the deadline has passed, so it must not be counted
                continue;
            }

            operation.Index = size;
            size += operation.Count;
            operations[count++] = operation;
        }

        return (count, size);
    }

    private void OnReply(PendingOperation operation, ReadOnlySpan<GroupReplyData> replies)
    {
        if (replies.IsEmpty || !operation.TryComplete(shared, replies))
        {
            ExecuteByGrain(operation);
        }
    }

    // The message was not delivered, or the silo has stopped and its counts are lost with it.
    private void OnSiloStopped(PendingOperation operation, ReadOnlySpan<GroupReplyData> none)
    {
        shared.Locator.RemoveChannel(name);
        ExecuteByGrain(operation);
    }

    // The silo may have executed the operation before the reply was lost.
    private void OnReplyLost(PendingOperation operation, ReadOnlySpan<GroupReplyData> none)
    {
        if (operation.IsIdempotent && _clock.Now - operation.Began <= GrainCalls.RepeatWithin)
        {
            ExecuteByGrain(operation);
        }
        else
        {
            operation.RemoveLocations(shared);
            operation.CompleteUnavailable();
        }
    }

    private void ExecuteByGrain(PendingOperation operation)
    {
        operation.RemoveLocations(shared);
        operation.ExecuteByGrain(shared);
    }
}
