namespace OrleansLimiter.Cluster;

/// <summary>Permits of one bucket that this front-end uses by itself, without a lock, until the lease ends.</summary>
/// <param name="rules">The rules of the lease. It is not used for other rules.</param>
/// <param name="id">The id.</param>
/// <param name="permits">The number of permits.</param>
/// <param name="requested">When the lease was requested, which is before the silo granted it.</param>
/// <param name="end">When this front-end stops using the lease, which is before the silo ends it.</param>
/// <param name="granted">The reading of the bucket when the lease was granted. Leased permits are not in its remaining permits.</param>
/// <param name="received">When the reply was received.</param>
internal sealed class QuotaLease(
    GroupRules rules, OperationId id, int permits, Instant requested, Instant end, Reading granted, Instant received)
{
    // Far enough below zero that failed attempts cannot raise it above zero.
    private const int Closed = int.MinValue / 2;

    private int _left = permits;

    /// <summary>The rules of the lease.</summary>
    public GroupRules Rules => rules;

    /// <summary>The id.</summary>
    public OperationId Id => id;

    /// <summary>The number of permits.</summary>
    public int Permits { get; } = permits;

    /// <summary>When the lease was requested.</summary>
    public Instant Requested => requested;

    /// <summary>Whether all permits are used; undefined after <see cref="Close"/>.</summary>
    public bool IsUsedUp => Volatile.Read(ref _left) <= 0;

    /// <summary>The number of used permits; undefined after <see cref="Close"/>.</summary>
    public int Used => Permits - Math.Max(0, Volatile.Read(ref _left));

    /// <summary>Uses permits; false if too few are left, if the lease has ended, or if the rules differ.</summary>
    public bool TryUse(GroupRules forRules, int cost, Instant now, out Reading reading)
    {
        reading = default;
        if (forRules != rules || now >= end || Volatile.Read(ref _left) < cost)
        {
            return false;
        }

        int left = Interlocked.Add(ref _left, -cost);
        if (left < 0)
        {
            Interlocked.Add(ref _left, cost);
            return false;
        }

        reading = granted.After(now - received) with
        {
            Remaining = granted.Remaining + left,
            RetryAfter = TimeSpan.Zero,
            Verdict = Verdict.Allowed,
        };
        return true;
    }

    /// <summary>Ends the use of the lease, and returns the number of used permits.</summary>
    public int Close() => Permits - Math.Max(0, Interlocked.Exchange(ref _left, Closed));
}
