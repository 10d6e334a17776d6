namespace OrleansLimiter;

public partial class BucketGroup
{
    /// <summary>The longest quota lease: 1 s. A front-end that stops with one, or that has missed a change, matters no longer than that.</summary>
    public static readonly TimeSpan MaxLeaseSpan = TimeSpan.FromSeconds(1);

    /// <summary>A lease is at most this part of what remains, a quarter, so that no front-end has it all.</summary>
    public const int LeaseShare = 4;

    /// <summary>
    /// Leases permits of the one bucket that the rules name: the caller may use them by itself until the lease ends, by
    /// <see cref="EndLease"/>, by being named here as <paramref name="ended"/>, or by time. Until then they are kept for it; in
    /// the end what was used counts as acquired at that moment. Nothing is leased of a bucket that is not in use, for several
    /// rules at once, or where the bucket enforces another rule than the caller's.
    /// </summary>
    /// <param name="rules">What the bucket enforces.</param>
    /// <param name="wanted">How many permits are of use to the caller; 0 or less: none.</param>
    /// <param name="span">For how long, above zero up to <see cref="MaxLeaseSpan"/>. By time, every permit counts as used.</param>
    /// <param name="id">The lease's name, new for each lease; the same again while it is out is the same lease.</param>
    /// <param name="now">Now.</param>
    /// <param name="ended">A lease that ends in the same step, before it; <see cref="OperationId.None"/>: none.</param>
    /// <param name="used">How many of its permits the caller has used, 0 or more.</param>
    /// <exception cref="ArgumentException">The lease has no name, or one of the numbers is outside its range.</exception>
    public QuotaLeaseReply Lease(
        GroupRules rules, int wanted, TimeSpan span, OperationId id, Instant now, OperationId ended = default, int used = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(span, MaxLeaseSpan);
        if (id == OperationId.None)
        {
            throw new ArgumentException("a lease needs an id, else it cannot be ended", nameof(id));
        }

        EndLease(ended, used, now);
        GroupReply reply = ReadAll(rules, 1, now);
        if (_recent?.Leases?.Find(id) is { } known)
        {
            return new(known.Permits, known.End - now, reply);
        }

        int permits = Math.Min(wanted, Leasable(rules, reply));
        if (permits <= 0)
        {
            return new(0, TimeSpan.Zero, reply);
        }

        ((_recent ??= new()).Leases ??= new()).Add(new(id, rules, permits, now + span));
        return new(permits, span, ReadAll(rules, 1, now));
    }

    /// <summary>
    /// Ends a lease before its time: what was used counts as acquired now, the rest is free again. The caller uses none of it any
    /// more. Nothing for a lease that is not out; twice is once.
    /// </summary>
    /// <param name="id">The lease.</param>
    /// <param name="used">How many of its permits were used, 0 or more; above what was leased counts as all of it.</param>
    /// <param name="now">Now.</param>
    public void EndLease(OperationId id, int used, Instant now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(used);
        CatchUp(now);
        if (_recent?.Leases?.Find(id) is { } lease)
        {
            End(lease, Math.Min(used, lease.Permits), now);
        }
    }

    // What has ended by time is acquired before anything else happens; it may be remembered, so forgetting comes second.
    private void CatchUp(Instant now)
    {
        if (_recent is null)
        {
            return;
        }

        while (_recent.Leases?.Ended(now) is { } lease)
        {
            End(lease, lease.Permits, lease.End);
        }

        _recent.Forget(now);
    }

    private void End(in GrantedLease lease, int used, Instant at)
    {
        GrantedLeases leases = _recent!.Leases!;
        leases.Remove(lease.Id);
        _recent.Leases = leases.IsEmpty ? null : leases;
        if (used > 0)
        {
            ref Bucket bucket = ref BucketAt(_buckets.Find(lease.Bucket));
            bucket.State = bucket.State.Consume(bucket.Rule, used, at);
            Remember(lease.Rules, used, at, OperationId.None, reserve: false);
        }
    }

    private int Leasable(GroupRules rules, in GroupReply reply) =>
        rules.Rules.Length > 1 || _buckets.Find(rules.Rules[0].Bucket) < 0
            || (reply.Notes & (GroupNotes.StaleGeneration | GroupNotes.RuleConflict)) != 0
            ? 0 : reply.Readings.First.Remaining / LeaseShare;

    private void AcquireFrom(ref Bucket bucket, int cost, Instant now, out Reading reading)
    {
        if (_recent?.Leases is not { } leases)
        {
            bucket.State.Acquire(bucket.Rule, cost, now, out reading);
            return;
        }

        reading = GrantedLeases.Read(leases, bucket, cost, now);
        if (reading.Allowed)
        {
            bucket.State.Acquire(bucket.Rule, cost, now, out _);
            reading = GrantedLeases.Read(leases, bucket, 0, now);
        }
    }
}
