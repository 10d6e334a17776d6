namespace OrleansLimiter;

public partial class BucketGroup
{
    /// <summary>
    /// The maximum duration of a quota lease: 1 s. It bounds the effect of a front-end that stops, or that misses a change of a
    /// rule.
    /// </summary>
    public static readonly TimeSpan MaxLeaseSpan = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The divisor that bounds a lease: at most a quarter of the remaining permits, so that one front-end never holds all of
    /// them.
    /// </summary>
    public const int LeaseShare = 4;

    /// <summary>
    /// Leases permits of the bucket that the rules name. The caller uses them without further calls until the lease ends: by
    /// <see cref="EndLease"/>, as <paramref name="ended"/> of a later call, or by time. Leased permits are not available to other
    /// callers. When the lease ends, the used permits count as acquired at that moment. No permits are leased if the bucket is not
    /// in use, if there are several rules, or if the bucket enforces another rule than the caller's.
    /// </summary>
    /// <param name="rules">What the bucket enforces.</param>
    /// <param name="wanted">The number of permits that the caller can use; 0 or less for none.</param>
    /// <param name="span">
    /// The duration, above zero up to <see cref="MaxLeaseSpan"/>. When it has passed, every permit counts as used.
    /// </param>
    /// <param name="id">The id of the lease, new for each lease. Repeating the id of an active lease returns that lease.</param>
    /// <param name="now">Now.</param>
    /// <param name="ended">A lease to end first, in the same step; <see cref="OperationId.None"/> for none.</param>
    /// <param name="used">The number of permits of the ended lease that were used, 0 or more.</param>
    /// <returns>The number of leased permits, the duration, and the reply of the group.</returns>
    /// <exception cref="ArgumentException">The lease has no id, or a number is outside its range.</exception>
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
        _buckets.HasAcquired = true;
        return new(permits, span, ReadAll(rules, 1, now));
    }

    /// <summary>
    /// Ends a lease early. The used permits count as acquired now; the other permits become available again. The caller must not use
    /// the lease any more. Ending a lease that is not active has no effect.
    /// </summary>
    /// <param name="id">The lease.</param>
    /// <param name="used">The number of used permits, 0 or more; a number above the leased permits counts as all of them.</param>
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

    // Leases that have expired are acquired first. They may be remembered, so old acquisitions are forgotten afterwards. A group that
    // remembers nothing takes the fast path again.
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
        if (_recent is { IsEmpty: true, Leases: null })
        {
            _recent = null;
        }
    }

    private void End(in GrantedLease lease, int used, Instant at)
    {
        GrantedLeases leases = _recent!.Leases!;
        leases.Remove(lease.Id);
        _recent.Leases = leases.IsEmpty ? null : leases;
        _buckets.HasReturned |= used < lease.Permits;
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
