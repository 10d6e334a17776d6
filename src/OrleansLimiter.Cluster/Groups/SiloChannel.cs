using System.Buffers;
using System.Collections.Concurrent;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// A batching channel to one silo. While <see cref="MaxCalls"/> calls to the silo are out, further operations wait and then go
/// together in the next; else an operation goes at once. So nothing waits for a timer, and the busier it is, the less one costs.
/// </summary>
/// <remarks>
/// The silo answers for groups that live there and waits for nothing, so that no operation holds up another. What it does not
/// find goes to the group's grain.
/// </remarks>
internal sealed class SiloChannel(
    string name, ISiloGrain silo, GrainCalls calls, GroupLocator locator, LimiterClock clock, CircuitBreaker breaker, TimeSpan deadline)
{
    /// <summary>The most calls that are out at a time: 2, so that the silo has the next one when it is done with the first.</summary>
    public const int MaxCalls = 2;

    /// <summary>The most operations of one call: 256. More would be no cheaper each, and their arrays would be large objects.</summary>
    public const int MaxOperations = 256;

    /// <summary>The most operations that wait; further ones are not sent: 65,536.</summary>
    public const int MaxWaiting = 1 << 16;

    private static readonly Action<PendingOperation, GroupAnswer?> s_refuse = static (one, _) => one.Answer(GroupReply.Unavailable());

    private readonly ConcurrentQueue<PendingOperation> _waiting = new();
    private int _count;
    private int _calls;
    private long _sent;

    /// <summary>Executes on a group that is known to live there; never throws.</summary>
    public ValueTask<GroupReply> ExecuteAsync(in GroupRequest request, GroupLocation group)
    {
        Instant now = clock.Now;
        if (Volatile.Read(ref _calls) > 0 && breaker.Refuses(now))
        {
            return new(GroupReply.Unavailable()); // a call that is out finds out whether the cluster is back
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
            // Else whatever the first of many requests has in its context would go along with all of them.
            using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            {
                _ = SendAsync();
            }
        }

        return reply;
    }

    /// <summary>Leases, or ends a lease; null where the silo could not be asked.</summary>
    public async Task<LeaseAnswer?> LeaseAsync(LeaseMessage message)
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

    // Where all calls are out, the caller may leave: a call that ends looks again. A call without an answer must not block the rest, so
    // when none was sent for a whole deadline, one more may be.
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
                calls.Failed(failure); // a bug of the code that continues with an answer; the channel goes on as well
            }

            Interlocked.Decrement(ref _calls);
        }
        while (TryBegin(clock.Now));
    }

    private async Task SendOnceAsync()
    {
        PendingOperation[] operations = ArrayPool<PendingOperation>.Shared.Rent(MaxOperations);
        int count = Fill(operations);
        GroupAnswer[] answers = [];
        Action<PendingOperation, GroupAnswer?> give = s_refuse;
        if (count > 0 && breaker.TryEnter())
        {
            try
            {
                OperationsAnswer answer = await silo.ExecuteBatchAsync(OperationBatch.Of(operations.AsSpan(0, count))).ConfigureAwait(false);
                breaker.Answered();
                (answers, give) = (answer.Answers, Answered);
            }
            catch (Exception failure)
            {
                breaker.Failed();
                calls.Failed(failure);
                give = failure is SiloUnavailableException ? Gone : Lost;
            }
        }

        ReplyDispatcher.Give(operations, count, answers, give);
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
                one.Answer(GroupReply.Unavailable()); // it was decided without, and must not be counted now
                continue;
            }

            operations[count++] = one;
        }

        return count;
    }

    private void Answered(PendingOperation one, GroupAnswer? answered)
    {
        if (answered is not { Outcome: not GroupAnswer.Gone } answer)
        {
            ExecuteByGrain(one);
            return;
        }

        GroupReply reply = calls.Understood(answer);
        locator.Remember(one.Group, one.Request.Operation, reply, one.Began);
        one.Answer(reply);
    }

    // What may have been counted is gone with the silo.
    private void Gone(PendingOperation one, GroupAnswer? none)
    {
        locator.Close(name);
        ExecuteByGrain(one);
    }

    // The silo may have counted it before the answer was lost.
    private void Lost(PendingOperation one, GroupAnswer? none)
    {
        if (one.Request.Operation.IsIdempotent && clock.Now - one.Began <= GrainCalls.RepeatWithin)
        {
            ExecuteByGrain(one);
        }
        else
        {
            locator.Forget(one.Request.Key, one.Group);
            one.Answer(GroupReply.Unavailable());
        }
    }

    private void ExecuteByGrain(PendingOperation one)
    {
        locator.Forget(one.Request.Key, one.Group);
        _ = ExecuteByGrainAsync(one);
    }

    private async Task ExecuteByGrainAsync(PendingOperation one) => one.Answer(await calls.ExecuteAsync(one.Request, locator).ConfigureAwait(false));
}
