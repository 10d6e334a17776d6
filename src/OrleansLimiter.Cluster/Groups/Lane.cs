using System.Buffers;
using System.Collections.Concurrent;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// The way to one silo's groups. While <see cref="MaxCalls"/> calls to the silo are out, further questions wait and then go
/// together in the next; else a question goes at once. So nothing waits for a timer, and the busier it is, the less a question costs.
/// </summary>
/// <remarks>
/// The silo answers for groups that live there and waits for nothing, so that no question holds up another. What it does not
/// find is asked by the group's grain.
/// </remarks>
internal sealed class Lane(
    string name, ISiloGrain silo, GrainCalls calls, Homes homes, LimiterClock clock, Breaker breaker, TimeSpan deadline)
{
    /// <summary>The most calls that are out at a time: 2, so that the silo has the next one when it is done with the first.</summary>
    public const int MaxCalls = 2;

    /// <summary>The most questions of one call: 256. More would be no cheaper each, and their arrays would be large objects.</summary>
    public const int MaxAsks = 256;

    /// <summary>The most questions that wait; further ones are not asked: 65,536.</summary>
    public const int MaxWaiting = 1 << 16;

    private static readonly Action<LaneAsk, GroupAnswer?> s_refuse = static (one, _) => one.Answer(GroupReply.Unavailable());

    private readonly ConcurrentQueue<LaneAsk> _waiting = new();
    private int _count;
    private int _calls;
    private long _sent;

    /// <summary>Asks a group that is known to live there; never throws.</summary>
    public ValueTask<GroupReply> AskAsync(in GroupKey key, KnownGroup group, in GroupAsk ask)
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

        LaneAsk one = LaneAsk.Rent(key, group, ask, now);
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

    // Whoever finds all calls out may leave: one that ends looks again. A call that nobody answers must not hold up the rest, so
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
                calls.Failed(failure); // a bug of whoever goes on with an answer; the lane goes on as well
            }

            Interlocked.Decrement(ref _calls);
        }
        while (TryBegin(clock.Now));
    }

    private async Task SendOnceAsync()
    {
        LaneAsk[] asks = ArrayPool<LaneAsk>.Shared.Rent(MaxAsks);
        int count = Fill(asks);
        GroupAnswer[] answers = [];
        Action<LaneAsk, GroupAnswer?> give = s_refuse;
        if (count > 0 && breaker.TryEnter())
        {
            try
            {
                AsksAnswer answer = await silo.AskAsync(LaneMessage.Of(asks.AsSpan(0, count))).ConfigureAwait(false);
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

        LaneAnswers.Give(asks, count, answers, give);
    }

    private int Fill(LaneAsk[] asks)
    {
        Instant now = clock.Now;
        Volatile.Write(ref _sent, now.Ticks);
        int count = 0;
        while (count < MaxAsks && _waiting.TryDequeue(out LaneAsk? one))
        {
            Interlocked.Decrement(ref _count);
            if (one.Ask.Takes && now - one.Began > deadline)
            {
                one.Answer(GroupReply.Unavailable()); // it was decided without, and must not be counted now
                continue;
            }

            asks[count++] = one;
        }

        return count;
    }

    private void Answered(LaneAsk one, GroupAnswer? answered)
    {
        if (answered is not { Outcome: not GroupAnswer.Gone } answer)
        {
            AskGrain(one);
            return;
        }

        GroupReply reply = calls.Understood(answer);
        homes.Remember(one.Group, one.Ask, reply, one.Began);
        one.Answer(reply);
    }

    // What may have been counted is gone with the silo.
    private void Gone(LaneAsk one, GroupAnswer? none)
    {
        homes.Close(name);
        AskGrain(one);
    }

    // The silo may have counted it before the answer was lost.
    private void Lost(LaneAsk one, GroupAnswer? none)
    {
        if (one.Ask.CanBeRepeated && clock.Now - one.Began <= GrainCalls.RepeatWithin)
        {
            AskGrain(one);
        }
        else
        {
            homes.Forget(one.Key, one.Group);
            one.Answer(GroupReply.Unavailable());
        }
    }

    private void AskGrain(LaneAsk one)
    {
        homes.Forget(one.Key, one.Group);
        _ = AskGrainAsync(one);
    }

    private async Task AskGrainAsync(LaneAsk one) => one.Answer(await calls.AskAsync(one.Key, one.Ask, homes).ConfigureAwait(false));
}
