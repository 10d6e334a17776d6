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

    private static readonly Action<PendingOperation, GroupReplyData?> s_refuse = static (one, _) => one.Complete(GroupReply.Unavailable());

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

        PendingOperation one = PendingOperation.Rent(request, group, now);
        ValueTask<GroupReply> reply = one.Reply; // before it can be answered
        _waiting.Enqueue(one);
        if (TryBegin(now))
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
            calls.Failed(failure);
            return null;
        }
    }

    // Where all calls are out, the caller may leave: a call that ends looks again. A call without an answer must not block the
    // rest, so when none was sent for a whole deadline, one more may be.
    private bool TryBegin(Instant now)
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
                calls.Failed(failure); // a bug in the continuation of a reply; the channel continues
            }

            Interlocked.Decrement(ref _calls);
        }
        while (TryBegin(clock.Now));
    }

    private async Task SendOnceAsync()
    {
        PendingOperation[] operations = ArrayPool<PendingOperation>.Shared.Rent(MaxOperations);
        int count = Fill(operations);
        GroupReplyData[] replies = [];
        Action<PendingOperation, GroupReplyData?> give = s_refuse;
        if (count > 0 && breaker.TryEnter())
        {
            try
            {
                OperationsReply answer = await silo.ExecuteBatchAsync(OperationBatch.Of(operations.AsSpan(0, count))).ConfigureAwait(false);
                breaker.OnReply();
                (replies, give) = (answer.Replies, OnReply);
            }
            catch (Exception failure)
            {
                breaker.OnFailure();
                calls.Failed(failure);
                give = failure is SiloUnavailableException ? Gone : Lost;
            }
        }

        ReplyDispatcher.Give(operations, count, replies, give);
    }

    private int Fill(PendingOperation[] operations)
    {
        Instant now = clock.Now;
        Volatile.Write(ref _sent, now.Ticks);
        int count = 0;
        while (count < MaxOperations && _waiting.TryDequeue(out PendingOperation? one))
        {
            Interlocked.Decrement(ref _count);
            if (one.Request.Operation.Acquires && now - one.Began > deadline)
            {
                one.Complete(GroupReply.Unavailable()); // it was decided without, and must not be counted now
                continue;
            }

            operations[count++] = one;
        }

        return count;
    }

    private void OnReply(PendingOperation one, GroupReplyData? answered)
    {
        if (answered is not { Outcome: not GroupReplyData.Gone } answer)
        {
            ExecuteByGrain(one);
            return;
        }

        GroupReply reply = calls.Understood(answer);
        locator.Remember(one.Group, one.Request.Operation, reply, one.Began);
        one.Complete(reply);
    }

    // The silo has stopped, and its counts are lost with it.
    private void Gone(PendingOperation one, GroupReplyData? none)
    {
        locator.Close(name);
        ExecuteByGrain(one);
    }

    // The silo may have executed the operation before the reply was lost.
    private void Lost(PendingOperation one, GroupReplyData? none)
    {
        if (one.Request.Operation.IsIdempotent && clock.Now - one.Began <= GrainCalls.RepeatWithin)
        {
            ExecuteByGrain(one);
        }
        else
        {
            locator.Forget(one.Request.Key, one.Group);
            one.Complete(GroupReply.Unavailable());
        }
    }

    private void ExecuteByGrain(PendingOperation one)
    {
        locator.Forget(one.Request.Key, one.Group);
        _ = ExecuteByGrainAsync(one);
    }

    private async Task ExecuteByGrainAsync(PendingOperation one) => one.Complete(await calls.ExecuteAsync(one.Request, locator).ConfigureAwait(false));
}
