namespace OrleansLimiter;

/// <summary>
/// All buckets of one key. An operation changes every bucket that a request needs, or none. The type is not thread-safe: the owner of
/// a group (a lock or a grain) executes one operation at a time, and the time passed to it must never decrease.
/// </summary>
/// <remarks>
/// An acquisition that depends on other groups is a reservation. A reservation counts immediately, so permits are never admitted
/// twice. A refusal that only reservations caused is marked <see cref="GroupNotes.Contended"/>; the caller then asks once more,
/// because the reservations may be canceled. A group remembers acquisitions that have an id for <see cref="IdempotencyWindow"/>,
/// to cancel them and to recognize repeated ones.
/// </remarks>
public partial class BucketGroup
{
    /// <summary>The time after which a reservation that was not canceled is final: 1 s, five times the default deadline.</summary>
    public static readonly TimeSpan ReservationTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The time for which the id of an acquisition is remembered: 2 s.</summary>
    public static readonly TimeSpan IdempotencyWindow = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The maximum number of buckets of one group: 1,024. It bounds the memory that freely chosen attribute values can use.
    /// </summary>
    public const int MaxBuckets = 1024;

    // Front-ends that do not know the second note see the first one.
    private const GroupNotes TooManyBuckets = GroupNotes.TooManyGroups | GroupNotes.TooManyGroupsOfAccount;

    private BucketList _buckets;
    private RecentAcquisitions? _recent;

    /// <summary>Executes one operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="now">Now.</param>
    /// <returns>The outcome, with one reading for each rule, in order. A <see cref="OperationKind.Commit"/> has no readings.</returns>
    /// <exception cref="ArgumentException">The operation is not valid.</exception>
    public GroupReply Execute(in BucketOperation operation, Instant now)
    {
        if (!operation.IsValid)
        {
            throw Invalid(operation);
        }

        CatchUp(now);
        switch (operation.Kind)
        {
            case OperationKind.Acquire or OperationKind.Reserve:
                return Acquire(operation.Rules!, operation.Cost, now, operation.Id, reserve: operation.Kind == OperationKind.Reserve);
            case OperationKind.Commit:
                Commit(operation.Id);
                return default;
            case OperationKind.Cancel:
                Cancel(operation.Id, now);
                return ReadAll(operation.Rules!, operation.Cost, now);
            case OperationKind.Read:
                return ReadAll(operation.Rules!, operation.Cost, now);
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation.Kind, "no group executes such an operation");
        }
    }

    /// <summary>
    /// The fast path of an acquisition: one rule, which the first bucket enforces already, and no acquisitions to remember.
    /// </summary>
    /// <param name="rules">What each bucket enforces.</param>
    /// <param name="cost">Permits, 1 or more.</param>
    /// <param name="now">Now.</param>
    /// <param name="reading">The reading after the acquisition.</param>
    /// <returns>Whether the fast path applied. If not, nothing was acquired: call <see cref="Execute"/>.</returns>
    public bool TryAcquire(GroupRules rules, int cost, Instant now, out Reading reading)
    {
        if (_recent is not null || rules.Rules.Length > 1 || !_buckets.IsFirstUnder(rules))
        {
            reading = default;
            return false;
        }

        BucketAt(0).State.Acquire(rules.Rules[0].Rule, cost, now, out reading);
        if (reading.Allowed)
        {
            _buckets.HasAcquired = true;
        }

        return true;
    }

    private static ArgumentException Invalid(in BucketOperation operation) => new(
        $"{operation.Kind} with a cost of {operation.Cost} is not an operation: all but a commit need rules and a cost of 1 or more, "
            + "and a reservation needs an id, else it cannot be committed or canceled",
        nameof(operation));

    private GroupReply Acquire(GroupRules rules, int cost, Instant now, OperationId id, bool reserve)
    {
        if (id != OperationId.None && _recent?.Find(id) is >= 0 and int known)
        {
            return Repeat(rules, cost, now, _recent.At(known).Status);
        }

        if (rules.Rules.Length == 1 && !rules.HasCosts && _buckets.Find(rules.Rules[0].Bucket) is >= 0 and int only)
        {
            return AcquireOne(ref BucketAt(only), rules, cost, now, id, reserve);
        }

        GroupReply reply = ReadAll(rules, cost, now);
        return reply.Outcome != GroupOutcome.Allowed || !rules.HasCharges ? reply
            : !AddMissing(rules, now) ? GroupReply.Unavailable(TooManyBuckets)
            : rules.HasCosts ? reply with { Readings = AcquireEach(rules, reply.Readings, now, id, reserve) }
            : reply with { Readings = AcquireAll(rules, cost, now, id, reserve) };
    }

    private void Commit(OperationId id)
    {
        for (int known = _recent?.Find(id) ?? -1; IsPartOf(id, known); known--)
        {
            if (_recent!.At(known).Status == AcquisitionStatus.Reserved)
            {
                _recent.SetStatus(known, AcquisitionStatus.Final);
            }
        }
    }

    // Restores the state as if the acquisition had never happened. Canceling twice has no further effect.
    private void Cancel(OperationId id, Instant now)
    {
        for (int known = _recent?.Find(id) ?? -1; IsPartOf(id, known); known--)
        {
            if (_recent!.At(known).Status != AcquisitionStatus.Canceled)
            {
                CancelPart(known, now);
            }
        }
    }

    private GroupReply AcquireOne(ref Bucket bucket, GroupRules rules, int cost, Instant now, OperationId id, bool reserve)
    {
        GroupNotes notes = Reconcile(ref bucket, rules, 0, now);
        AcquireFrom(ref bucket, cost, now, out Reading reading);
        if (reading.Allowed)
        {
            Remember(rules, cost, now, id, reserve);
            return new(GroupOutcome.Allowed, notes, new(reading));
        }

        notes |= Rollback.CheckContention(_recent, ref bucket, cost, ref reading, now);
        return new(GroupOutcome.Refused, notes, new(reading));
    }

    private GroupNotes Reconcile(ref Bucket bucket, GroupRules given, int index, Instant now)
    {
        GroupRules rules = given.Shared;
        if (bucket.IsUnder(rules, index))
        {
            return GroupNotes.None;
        }

        (Rule was, BucketState before) = (bucket.Rule, bucket.State);
        GroupNotes notes = bucket.Reconcile(rules, index, now);
        if (_recent is not null && was != bucket.Rule)
        {
            bool fresh = was.Algorithm != bucket.Rule.Algorithm;
            _recent.Record(bucket.Name, was, bucket.Rule, fresh ? null : before.Clone(), now);
        }

        return notes;
    }

    private Readings AcquireAll(GroupRules rules, int cost, Instant now, OperationId id, bool reserve)
    {
        var readings = new Reading[rules.Rules.Length];
        for (int i = 0; i < readings.Length; i++)
        {
            AcquireFrom(ref BucketAt(_buckets.Find(rules.Rules[i].Bucket)), cost, now, out readings[i]);
        }

        Remember(rules, cost, now, id, reserve);
        return new(readings);
    }

    private GroupReply ReadAll(GroupRules rules, int cost, Instant now)
    {
        var readings = new Reading[rules.Rules.Length];
        GroupNotes notes = GroupNotes.None;
        int refused = 0;
        int contended = 0;
        for (int i = 0; i < readings.Length; i++)
        {
            BucketRule asked = rules.Rules[i];
            if (_buckets.Find(asked.Bucket) is not (>= 0 and int index))
            {
                readings[i] = BucketState.Untouched(asked.Rule, rules.CheckedAt(i, cost));
                refused += readings[i].Allowed ? 0 : 1;
                continue;
            }

            ref Bucket bucket = ref BucketAt(index);
            notes |= Reconcile(ref bucket, rules, i, now);
            int needed = rules.CheckedAt(i, cost);
            readings[i] = GrantedLeases.Read(_recent?.Leases, bucket, needed, now);
            if (!readings[i].Allowed)
            {
                refused++;
                contended += Rollback.CheckContention(_recent, ref bucket, needed, ref readings[i], now) == GroupNotes.None ? 0 : 1;
            }
        }

        // The refusal is contended only if reservations were the only cause in every bucket that refused.
        notes |= refused > 0 && contended == refused ? GroupNotes.Contended : GroupNotes.None;
        return new(refused == 0 ? GroupOutcome.Allowed : GroupOutcome.Refused, notes, new(readings));
    }

    private GroupReply Repeat(GroupRules rules, int cost, Instant now, AcquisitionStatus status)
    {
        GroupReply reply = ReadAll(rules, cost, now);
        if (status == AcquisitionStatus.Canceled)
        {
            return reply with { Outcome = GroupOutcome.Refused };
        }

        var readings = new Reading[reply.Readings.Count];
        for (int i = 0; i < readings.Length; i++)
        {
            readings[i] = reply.Readings[i] with { Verdict = Verdict.Allowed, RetryAfter = TimeSpan.Zero };
        }

        return new(GroupOutcome.Allowed, reply.Notes & ~GroupNotes.Contended, new(readings));
    }

    private void Remember(GroupRules rules, int cost, Instant now, OperationId id, bool reserve)
    {
        _buckets.HasAcquired = true;
        if (id != OperationId.None || _recent is { IsEmpty: false })
        {
            (_recent ??= new()).Record(new(id, now, cost, reserve ? AcquisitionStatus.Reserved : AcquisitionStatus.Final, rules));
        }
    }

    // All buckets that the rules name are created before permits are acquired from any of them.
    private bool AddMissing(GroupRules rules, Instant now)
    {
        int missing = _buckets.Missing(rules);
        if (!_buckets.EnsureCapacity(missing, rules, _recent?.Leases, now))
        {
            return false;
        }

        for (int i = 0; missing > 0; i++)
        {
            if (rules.ChargedAt(i, 1) > 0 && _buckets.Find(rules.Rules[i].Bucket) < 0)
            {
                Open(rules.Shared, i, now);
                missing--;
            }
        }

        return true;
    }

    // An earlier bucket of that name may have decayed and been removed; its remembered acquisitions are not in this one.
    private void Open(GroupRules rules, int index, Instant now)
    {
        _buckets.Add(new(rules, index));
        (string bucket, Rule rule) = rules.Rules[index];
        if (_recent?.Touches(bucket) == true)
        {
            _recent.Record(bucket, rule, rule, before: null, now);
        }
    }

    private ref Bucket BucketAt(int index) => ref BucketList.At(ref _buckets, index);
}
