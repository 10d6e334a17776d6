namespace OrleansLimiter.Core.Tests.Models;

/// <summary>A group that stores all operations and replays them for every reply.</summary>
internal sealed class GroupModel
{
    private readonly Dictionary<string, BucketHistory> _buckets = [];
    private readonly Dictionary<OperationId, ModelAcquisition> _acquisitions = [];
    private readonly List<ModelLease> _leases = [];

    public QuotaLeaseReply Lease(GroupRules rules, int wanted, TimeSpan span, OperationId id, Instant now)
    {
        GroupReply reply = Read(rules, 1, now);
        if (_leases.Find(lease => lease.Id == id) is { } known)
        {
            return new(known.Permits, known.End - now, reply);
        }

        int permits = rules.Rules.Length == 1 && _buckets.ContainsKey(rules.Rules[0].Bucket)
            && (reply.Notes & ~GroupNotes.Contended) == GroupNotes.None
            ? Math.Min(wanted, reply.Readings[0].Remaining / 4) : 0;
        if (permits == 0)
        {
            return new(0, TimeSpan.Zero, reply);
        }

        _leases.Add(new(id, rules.Rules[0].Bucket, permits, now + span));
        return new(permits, span, Read(rules, 1, now));
    }

    public void EndLease(OperationId id, int used, Instant now)
    {
        EndThoseOver(now);
        if (_leases.Find(lease => lease.Id == id) is { } lease)
        {
            End(lease, used, now);
        }
    }

    /// <summary>The reply of an acquisition that is not executed.</summary>
    public GroupReply Preview(GroupRules rules, int cost, Instant now, OperationId id) =>
        Known(id, now) is null ? Read(rules, cost, now) : Acquire(rules, cost, now, id, reserve: false);

    public GroupReply Acquire(GroupRules rules, int cost, Instant now, OperationId id, bool reserve)
    {
        GroupReply reply = Read(rules, cost, now);
        if (Known(id, now) is { } known)
        {
            return known.Canceled
                ? reply with { Outcome = GroupOutcome.Refused }
                : new(GroupOutcome.Allowed, reply.Notes & ~GroupNotes.Contended, Readings(
                    rules, (_, i) => reply.Readings[i] with { Verdict = Verdict.Allowed, RetryAfter = TimeSpan.Zero }));
        }

        if (reply.Outcome != GroupOutcome.Allowed)
        {
            return reply;
        }

        var acquisition = new ModelAcquisition(id, now, cost, reserve);
        foreach (BucketRule asked in rules.Rules)
        {
            _buckets.TryAdd(asked.Bucket, new(asked.Rule, rules.Generation));
            _buckets[asked.Bucket].Add(acquisition);
        }

        if (id != OperationId.None)
        {
            _acquisitions[id] = acquisition;
        }

        return reply with { Readings = Readings(rules, (asked, _) => Look(asked.Bucket, 0, now)) };
    }

    public GroupReply Read(GroupRules rules, int cost, Instant now)
    {
        EndThoseOver(now);
        GroupNotes notes = GroupNotes.None;
        bool allContended = true;
        Readings readings = Readings(rules, (asked, _) =>
        {
            if (!_buckets.TryGetValue(asked.Bucket, out BucketHistory? bucket))
            {
                Reading untouched = ModelBucket.Of(asked.Rule).Read(cost, now);
                allContended &= untouched.Allowed;
                return untouched;
            }

            notes |= bucket.Reconcile(asked.Rule, rules.Generation, now);
            Reading reading = Look(asked.Bucket, cost, now);
            if (!reading.Allowed && ContendedFor(bucket, cost + Leased(asked.Bucket), now) is { } settled && reading.Verdict == Verdict.Wait)
            {
                return settled < reading.RetryAfter
                    ? reading with { RetryAfter = settled, Next = settled < reading.Next ? settled : reading.Next }
                    : reading;
            }

            allContended &= reading.Allowed;
            return reading;
        });
        bool allowed = Enumerable.Range(0, readings.Count).All(i => readings[i].Allowed);
        return new(
            allowed ? GroupOutcome.Allowed : GroupOutcome.Refused,
            notes | (!allowed && allContended ? GroupNotes.Contended : GroupNotes.None), readings);
    }

    public void Commit(OperationId id, Instant now)
    {
        EndThoseOver(now);
        if (Known(id, now) is { } acquisition)
        {
            acquisition.Reserved = false;
        }
    }

    public void Cancel(OperationId id, Instant now)
    {
        EndThoseOver(now);
        if (Known(id, now) is not { Canceled: false } acquisition)
        {
            return;
        }

        acquisition.Canceled = true;
        foreach (BucketHistory bucket in _buckets.Values.Where(bucket => bucket.Has(acquisition)))
        {
            if (!bucket.State().IsPast(acquisition.At, now))
            {
                bucket.Undo(acquisition);
            }
        }
    }

    public void Trim(Instant now)
    {
        EndThoseOver(now);
        foreach (string name in _buckets.Keys.Where(name => Leased(name) == 0 && _buckets[name].State().Reset(now) == TimeSpan.Zero).ToList())
        {
            _buckets.Remove(name);
        }
    }

    private ModelAcquisition? Known(OperationId id, Instant now) =>
        id != OperationId.None && _acquisitions.TryGetValue(id, out ModelAcquisition? acquisition) && acquisition.IsRemembered(now) ? acquisition : null;

    // The time until the last reservation is final, if the cost would fit without all reservations.
    private TimeSpan? ContendedFor(BucketHistory bucket, int cost, Instant now)
    {
        List<ModelAcquisition> reserved = [.. _acquisitions.Values.Where(acquisition => acquisition.IsReserved(now) && bucket.Has(acquisition))];
        ModelBucket state = bucket.State();
        return reserved.Count > 0 && bucket.State(acquisition => reserved.Contains(acquisition) && !state.IsPast(acquisition.At, now)).Remaining(now) >= cost
            ? reserved.Max(acquisition => acquisition.At + BucketGroup.ReservationTimeout - now)
            : null;
    }

    // With leases, the bucket is as full as it will be when the last of them ends with all permits used. The reported reset is never
    // later than that of a bucket that is exhausted now.
    private Reading Look(string name, int cost, Instant now)
    {
        BucketHistory bucket = _buckets[name];
        Reading alone = bucket.State().Read(cost, now);
        int leased = Leased(name);
        if (leased == 0 || alone.Limit == 0)
        {
            return alone;
        }

        Instant end = _leases.Where(lease => lease.Bucket == name).Max(lease => lease.End);
        TimeSpan longest = ModelBucket.Of(bucket.Rule).Consume(alone.Limit, now).Reset(now);
        TimeSpan allUsed = end - now + bucket.State().Consume(leased, end).Reset(end);
        TimeSpan reset = allUsed < longest ? allUsed : longest;
        int one = Math.Max(0, alone.Remaining - leased) + 1 + leased;
        TimeSpan next = one <= alone.Limit ? bucket.State().RetryAfter(one, now) : reset;
        return alone.Verdict == Verdict.Never || cost + leased <= alone.Remaining
            ? alone with { Remaining = Math.Max(0, alone.Remaining - leased), Next = next, Reset = reset }
            : alone with
            {
                Remaining = Math.Max(0, alone.Remaining - leased),
                Next = next,
                Reset = reset,
                RetryAfter = cost + leased <= alone.Limit ? bucket.State().RetryAfter(cost + leased, now) : allUsed,
                Verdict = Verdict.Wait,
            };
    }

    private int Leased(string bucket) => _leases.Where(lease => lease.Bucket == bucket).Sum(lease => lease.Permits);

    private void EndThoseOver(Instant now)
    {
        while (_leases.Where(lease => lease.End <= now).MinBy(lease => lease.End) is { } lease)
        {
            End(lease, lease.Permits, lease.End);
        }
    }

    private void End(ModelLease lease, int used, Instant at)
    {
        _leases.Remove(lease);
        if (used > 0)
        {
            _buckets[lease.Bucket].Add(new(OperationId.None, at, used, reserved: false));
        }
    }

    private static Readings Readings(GroupRules rules, Func<BucketRule, int, Reading> read) =>
        new(rules.Rules.Select(read).ToArray());
}

/// <summary>A lease that has not ended.</summary>
internal sealed record ModelLease(OperationId Id, string Bucket, int Permits, Instant End);
