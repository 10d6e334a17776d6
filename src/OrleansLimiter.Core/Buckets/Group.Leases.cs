namespace OrleansLimiter;

public partial class Group
{
    /// <summary>The longest lease: 1 s, so that whoever dies with one, or has missed a change, matters no longer.</summary>
    public static readonly TimeSpan LeaseBound = TimeSpan.FromSeconds(1);

    /// <summary>A lease is at most this part of what remains, a quarter, so that no front-end has it all.</summary>
    public const int LeaseShare = 4;

    /// <summary>
    /// Leases permits of the one bucket that the rules name: the caller may use them by itself until the lease ends, by
    /// <see cref="EndLease"/>, by being named here as <paramref name="ended"/>, or by time. Until then they are kept for it; in
    /// the end what was used counts as taken at that moment. Nothing is leased of a bucket that is not in use, for several
    /// rules at once, or where the bucket enforces another rule than the caller's.
    /// </summary>
    /// <param name="rules">What the bucket enforces.</param>
    /// <param name="wanted">How many permits are of use to the caller; 0 or less: none.</param>
    /// <param name="span">For how long, above zero up to <see cref="LeaseBound"/>. By time, every permit counts as used.</param>
    /// <param name="id">The lease's name, new for each lease; the same again while it is out is the same lease.</param>
    /// <param name="now">Now.</param>
    /// <param name="ended">A lease that ends in the same step, before it; <see cref="TakeId.None"/>: none.</param>
    /// <param name="used">How many of its permits the caller has used, 0 or more.</param>
    /// <exception cref="ArgumentException">The lease has no name, or one of the numbers is outside its range.</exception>
    public LeaseReply Lease(
        GroupRules rules, int wanted, TimeSpan span, TakeId id, Instant now, TakeId ended = default, int used = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(span, LeaseBound);
        if (id == TakeId.None)
        {
            throw new ArgumentException("a lease needs an id, else nobody can end it", nameof(id));
        }

        EndLease(ended, used, now);
        GroupReply reply = ReadAll(rules, 1, now);
        if (_memory?.Leases?.Find(id) is { } known)
        {
            return new(known.Permits, known.End - now, reply);
        }

        int permits = Math.Min(wanted, Leasable(rules, reply));
        if (permits <= 0)
        {
            return new(0, TimeSpan.Zero, reply);
        }

        ((_memory ??= new()).Leases ??= new()).Add(new(id, rules, permits, now + span));
        return new(permits, span, ReadAll(rules, 1, now));
    }

    /// <summary>
    /// Ends a lease before its time: what was used counts as taken now, the rest is free again. The caller uses none of it any
    /// more. Nothing for a lease that is not out; twice is once.
    /// </summary>
    /// <param name="id">The lease.</param>
    /// <param name="used">How many of its permits were used, 0 or more; above what was leased counts as all of it.</param>
    /// <param name="now">Now.</param>
    public void EndLease(TakeId id, int used, Instant now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(used);
        CatchUp(now);
        if (_memory?.Leases?.Find(id) is { } lease)
        {
            End(lease, Math.Min(used, lease.Permits), now);
        }
    }

    // What has ended by time is taken before anything else happens; it may be remembered, so forgetting comes second.
    private void CatchUp(Instant now)
    {
        if (_memory is null)
        {
            return;
        }

        while (_memory.Leases?.Ended(now) is { } lease)
        {
            End(lease, lease.Permits, lease.End);
        }

        _memory.Forget(now);
    }

    private void End(in Lease lease, int used, Instant at)
    {
        Leases leases = _memory!.Leases!;
        leases.Remove(lease.Id);
        _memory.Leases = leases.IsEmpty ? null : leases;
        if (used > 0)
        {
            ref Bucket bucket = ref BucketAt(_buckets.Find(lease.Bucket));
            bucket.State = bucket.State.Consume(bucket.Rule, used, at);
            Remember(lease.Rules, used, at, TakeId.None, hold: false);
        }
    }

    private int Leasable(GroupRules rules, in GroupReply reply) =>
        rules.Rules.Length > 1 || _buckets.Find(rules.Rules[0].Bucket) < 0
            || (reply.Notes & (GroupNotes.StaleGeneration | GroupNotes.RuleConflict)) != 0
            ? 0 : reply.Readings.First.Remaining / LeaseShare;

    private void TakeFrom(ref Bucket bucket, int cost, Instant now, out Reading reading)
    {
        if (_memory?.Leases is not { } leases)
        {
            bucket.State.Take(bucket.Rule, cost, now, out reading);
            return;
        }

        reading = Leases.Read(leases, bucket, cost, now);
        if (reading.Allowed)
        {
            bucket.State.Take(bucket.Rule, cost, now, out _);
            reading = Leases.Read(leases, bucket, 0, now);
        }
    }
}
