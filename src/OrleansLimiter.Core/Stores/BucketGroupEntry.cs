namespace OrleansLimiter;

/// <summary>
/// A bucket group as a store holds it: with its lock, its life, and the time at which the sweep looks at it next. The entry of
/// the in-process store and the group of a grain are the same, and both are executed on from any thread.
/// </summary>
/// <remarks>
/// It comes to life with the first acquisition that is allowed and counts against the bound from then on. Once it has ended,
/// nothing is executed any more, so that a caller who found it just before does not count what is about to be dropped. Group,
/// lock and life are one object, because there is one for each key.
/// </remarks>
public sealed class BucketGroupEntry : BucketGroup
{
    /// <summary>How long until the sweep looks again at a group that still remembers something: 10 s.</summary>
    public static readonly TimeSpan SweepAgainAfter = TimeSpan.FromSeconds(10);

    private const long NotLivingYet = -1;
    private const long Ended = -2;

    // Life and due time in one field: 8 bytes for each key.
    private long _due = NotLivingYet;

    /// <summary>Whether it lives: permits were acquired, and it has not ended.</summary>
    public bool IsLiving => Volatile.Read(ref _due) >= 0;

    /// <summary>When the sweep must look at it next: at once where it does not live, else not before it may have decayed as a whole.</summary>
    public Instant Due => new(Volatile.Read(ref _due));

    /// <summary><see cref="BucketGroup.TryAcquire"/> under the lock; false also where it does not live.</summary>
    public bool TryAcquire(GroupRules rules, int cost, LimiterClock clock, out Reading reading)
    {
        lock (this)
        {
            Instant now = clock.Now;
            if (!IsLiving || !TryAcquire(rules, cost, now, out reading))
            {
                reading = default;
                return false;
            }

            KeepUntil(now + reading.Reset);
            return true;
        }
    }

    /// <summary>Executes an operation, and brings the group to life where it is the first acquisition that is allowed.</summary>
    /// <param name="operation">A valid operation.</param>
    /// <param name="groups">The bound that the group counts against.</param>
    /// <param name="reply">The reply; unavailable where the bound is reached.</param>
    /// <returns>False where the group has ended; then nothing was done.</returns>
    public bool TryExecute(in BucketOperation operation, LivingGroups groups, out GroupReply reply)
    {
        lock (this)
        {
            if (_due == Ended)
            {
                reply = default;
                return false;
            }

            Instant now = groups.Clock.Now;
            reply = Execute(operation, now);
            if (!operation.Acquires)
            {
                return true;
            }

            if (!IsLiving && reply.Outcome == GroupOutcome.Allowed && !TryOpen(groups, now))
            {
                reply = GroupReply.Unavailable(GroupNotes.TooManyGroups);
            }

            KeepUntilDecayed(reply, now, remembered: operation.Id != OperationId.None);
            return true;
        }
    }

    /// <summary><see cref="BucketGroup.Lease"/> under the lock. False where the group does not live; then nothing was done.</summary>
    public bool TryLease(
        GroupRules rules, int wanted, TimeSpan span, OperationId id, LimiterClock clock, OperationId ended, int used, out QuotaLeaseReply reply)
    {
        lock (this)
        {
            if (!IsLiving)
            {
                reply = default;
                return false;
            }

            Instant now = clock.Now;
            reply = Lease(rules, wanted, span, id, now, ended, used);
            KeepUntilDecayed(reply.Group, now, remembered: true);
            return true;
        }
    }

    /// <summary><see cref="BucketGroup.Usage"/> under the lock.</summary>
    public IReadOnlyList<(string Bucket, Rule Rule, Reading Reading)> Usage(LimiterClock clock)
    {
        lock (this)
        {
            return Usage(clock.Now);
        }
    }

    /// <summary>Forgets what was consumed; whether there was anything. The next sweep can end it.</summary>
    public bool Reset(LimiterClock clock)
    {
        lock (this)
        {
            Instant now = clock.Now;
            bool any = IsLiving && !Trim(now);
            Reset();
            Volatile.Write(ref _due, IsLiving ? now.Ticks : _due);
            return any;
        }
    }

    /// <summary>For the sweep: drops what has decayed, and ends the group where nothing is left; whether it did.</summary>
    public bool TryEnd(LivingGroups groups)
    {
        lock (this)
        {
            Instant now = groups.Clock.Now;
            if (_due == Ended || Due > now)
            {
                return false;
            }

            if (!Trim(now))
            {
                Volatile.Write(ref _due, (now + SweepAgainAfter).Ticks);
                return false;
            }

            End(groups, swept: true);
            return true;
        }
    }

    /// <summary>Ends the group, whatever it remembers.</summary>
    public void End(LivingGroups groups)
    {
        lock (this)
        {
            End(groups, swept: false);
        }
    }

    private bool TryOpen(LivingGroups groups, Instant now)
    {
        if (groups.TryAdd())
        {
            Volatile.Write(ref _due, now.Ticks);
            return true;
        }

        Reset();
        return false;
    }

    private void End(LivingGroups groups, bool swept)
    {
        if (IsLiving)
        {
            groups.Remove(swept);
        }

        Volatile.Write(ref _due, Ended);
    }

    private void KeepUntilDecayed(in GroupReply reply, Instant now, bool remembered)
    {
        TimeSpan reset = remembered ? IdempotencyWindow : TimeSpan.Zero;
        for (int i = 0; i < reply.Readings.Count; i++)
        {
            TimeSpan one = i == 0 ? reply.Readings.First.Reset : reply.Readings[i].Reset;
            reset = one > reset ? one : reset;
        }

        KeepUntil(now + reset);
    }

    private void KeepUntil(Instant due)
    {
        if (IsLiving && due > Due)
        {
            Volatile.Write(ref _due, due.Ticks);
        }
    }
}
