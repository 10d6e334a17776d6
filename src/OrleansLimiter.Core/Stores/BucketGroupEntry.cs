using System.Collections.Concurrent;

namespace OrleansLimiter;

/// <summary>
/// A bucket group in a store: the group with its lock, its lifetime, and the time at which the sweep visits it next. The in-process
/// store and the grains use the same type. It is thread-safe.
/// </summary>
/// <remarks>
/// An entry is living from the first allowed acquisition until it is ended, and counts against the bound on living groups while
/// it is living. An ended entry executes no operation, so that an operation never counts in a group that is about to be
/// discarded. Group, lock and lifetime are one object to save memory: there is one for each key.
/// </remarks>
public partial class BucketGroupEntry : BucketGroup
{
    /// <summary>The time after which the sweep visits a group that has not decayed again: 10 s.</summary>
    public static readonly TimeSpan SweepAgainAfter = TimeSpan.FromSeconds(10);

    private const long NotLivingYet = -1;
    private const long Ended = -2;

    // Lifetime and due time share one field: 8 bytes for each key.
    private long _due = NotLivingYet;

    // Until the group is living: its IGroupOwner, or null. Afterwards: the AccountGroups in which it counts, or null.
    private object? _owner;

    // What the group counts against the bound on memory, and the part of it that is the buckets.
    private int _bytes;
    private int _bucketBytes;

    /// <summary>Creates a group that counts for no account.</summary>
    public BucketGroupEntry()
    {
    }

    /// <summary>Creates a group.</summary>
    /// <param name="owner">Whom the group counts for.</param>
    internal BucketGroupEntry(IGroupOwner owner) => _owner = owner;

    /// <summary>Whether the group is living: permits were acquired, and the group has not ended.</summary>
    public bool IsLiving => Volatile.Read(ref _due) >= 0;

    /// <summary>Whether the group is living and counts against the bound of its account.</summary>
    internal bool CountsForAccount => IsLiving && _owner is AccountGroups;

    /// <summary>
    /// When the sweep visits the group next. Not before the whole group can have decayed; immediately if it is not living.
    /// </summary>
    public Instant Due => new(Volatile.Read(ref _due));

    /// <summary>Calls <see cref="BucketGroup.TryAcquire"/> under the lock. Also returns false if the group is not living.</summary>
    public bool TryAcquire(GroupRules rules, int cost, LimiterClock clock, out Reading reading) =>
        TryAcquire(rules, cost, clock, groups: null, out reading);

    /// <summary>
    /// As the other overload, and adds the group to <see cref="LivingGroups.Changes"/>. Returns false if the groups must not decide now.
    /// </summary>
    internal bool TryAcquire(GroupRules rules, int cost, LivingGroups groups, out Reading reading) =>
        TryAcquire(rules, cost, groups.Clock, groups, out reading);

    /// <summary>Executes an operation. The first allowed acquisition makes the group living.</summary>
    /// <param name="operation">A valid operation.</param>
    /// <param name="groups">The bound that the group counts against.</param>
    /// <param name="reply">The reply; unavailable if a bound is reached, or if the groups must not decide now.</param>
    /// <returns>False if the group has ended; then the operation was not executed.</returns>
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
            if (groups.IsFenced(now) && operation.Decides)
            {
                reply = groups.Refuse();
                return true;
            }

            reply = Execute(operation, now);
            if (!operation.Charges)
            {
                // A read replies what an acquisition would.
                reply = (operation.Kind == OperationKind.Read || operation.Acquires) && !IsLiving
                    && groups.IsAtBound(_owner as IGroupOwner, operation.MaxAccountGroups)
                    ? GroupReply.Unavailable(GroupNotes.TooManyGroupsOfAccount) : reply;
                Queue(groups.Changes);
                return true;
            }

            if (!IsLiving && reply.Outcome == GroupOutcome.Allowed
                && TryOpen(groups, now, operation.MaxAccountGroups) is not GroupNotes.None and GroupNotes reached)
            {
                reply = GroupReply.Unavailable(reached);
            }

            CountBuckets(groups);
            KeepUntilDecayed(reply, now, remembered: operation.Id != OperationId.None);
            Queue(groups.Changes);
            return true;
        }
    }

    /// <summary>Calls <see cref="BucketGroup.Lease"/> under the lock. Returns false, without effect, if the group is not living.</summary>
    public bool TryLease(
        GroupRules rules, int wanted, TimeSpan span, OperationId id, LimiterClock clock, OperationId ended, int used,
        out QuotaLeaseReply reply) => TryLease(rules, wanted, span, id, clock, groups: null, ended, used, out reply);

    /// <summary>
    /// As the other overload, and adds the group to <see cref="LivingGroups.Changes"/>. If the groups must not decide now, a lease is
    /// ended, and none is granted.
    /// </summary>
    internal bool TryLease(
        GroupRules rules, int wanted, TimeSpan span, OperationId id, LivingGroups groups, OperationId ended, int used,
        out QuotaLeaseReply reply) => TryLease(rules, wanted, span, id, groups.Clock, groups, ended, used, out reply);

    private bool TryLease(
        GroupRules rules, int wanted, TimeSpan span, OperationId id, LimiterClock clock, LivingGroups? groups,
        OperationId ended, int used, out QuotaLeaseReply reply)
    {
        lock (this)
        {
            if (!IsLiving)
            {
                reply = default;
                return false;
            }

            Instant now = clock.Now;
            reply = Lease(rules, groups?.IsFenced(now) == true ? 0 : wanted, span, id, now, ended, used);
            KeepUntilDecayed(reply.Group, now, remembered: true);
            Queue(groups?.Changes);
            return true;
        }
    }

    /// <summary>Calls <see cref="BucketGroup.Usage"/> under the lock.</summary>
    public IReadOnlyList<(string Bucket, Rule Rule, Reading Reading)> Usage(LimiterClock clock)
    {
        lock (this)
        {
            return Usage(clock.Now);
        }
    }

    /// <summary>Discards all consumed permits. The next sweep can end the group. Returns whether permits had been consumed.</summary>
    public bool Reset(LimiterClock clock) => Reset(clock, changes: null);

    /// <summary>As the other overload, and adds the group to <see cref="LivingGroups.Changes"/>.</summary>
    internal bool Reset(LivingGroups groups) => Reset(groups.Clock, groups.Changes);

    private bool Reset(LimiterClock clock, ConcurrentQueue<BucketGroupEntry>? changes)
    {
        lock (this)
        {
            Instant now = clock.Now;
            bool any = IsLiving && !Trim(now);
            Reset();
            Volatile.Write(ref _due, IsLiving ? now.Ticks : _due);
            Queue(changes);
            return any;
        }
    }

    /// <summary>For the sweep: removes decayed buckets, and ends the group if it is empty. Returns whether the group was ended.</summary>
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
                Queue(groups.Changes);
                CountBuckets(groups);
                Volatile.Write(ref _due, (now + SweepAgainAfter).Ticks);
                return false;
            }

            End(groups, swept: true);
            return true;
        }
    }

    /// <summary>Ends a group that is not living, so that it can be discarded. Returns whether the group was ended.</summary>
    internal bool TryEndUnused()
    {
        lock (this)
        {
            bool unused = _due == NotLivingYet;
            _due = unused ? Ended : _due;
            return unused;
        }
    }

    /// <summary>Ends the group unconditionally.</summary>
    public void End(LivingGroups groups)
    {
        lock (this)
        {
            End(groups, swept: false);
        }
    }

    private GroupNotes TryOpen(LivingGroups groups, Instant now, int maxOfAccount)
    {
        int bytes = BucketBytes;
        GroupNotes reached = groups.TryAdd(_owner as IGroupOwner, maxOfAccount, ref bytes, out AccountGroups? account);
        if (reached == GroupNotes.None)
        {
            Open(account, bytes, now);
        }
        else
        {
            Reset();
        }

        return reached;
    }

    private void Open(AccountGroups? account, int bytes, Instant now)
    {
        (_owner, _bytes, _bucketBytes) = (account, bytes, BucketBytes);
        Volatile.Write(ref _due, now.Ticks);
    }

    // Buckets that were added or removed, and times that a rolling window stores. Not called by the fast path, which adds no buckets and
    // four bytes for a permit.
    private void CountBuckets(LivingGroups groups)
    {
        int added = BucketBytes - _bucketBytes;
        if (IsLiving && added != 0)
        {
            (_bucketBytes, _bytes) = (_bucketBytes + added, _bytes + added);
            groups.AddBytes(added);
        }
    }

    private void End(LivingGroups groups, bool swept)
    {
        if (IsLiving)
        {
            groups.Remove(_owner as AccountGroups, _bytes, swept);
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
