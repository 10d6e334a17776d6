namespace OrleansLimiter.Cluster;

/// <summary>Permits of one bucket that this front-end uses by itself, without a lock, until the lease ends.</summary>
/// <param name="rules">The rules that it was leased under; under others it is of no use.</param>
/// <param name="id">Its name.</param>
/// <param name="permits">How many permits.</param>
/// <param name="asked">When it was asked for, which is before the silo gave it.</param>
/// <param name="end">When it is used no more, which is before the silo ends it.</param>
/// <param name="given">What the group said when it gave it; what is leased is not in its remaining.</param>
/// <param name="answered">When that came.</param>
internal sealed class QuotaLease(GroupRules rules, OperationId id, int permits, Instant asked, Instant end, Reading given, Instant answered)
{
    // Far enough below zero that failed attempts cannot raise it above zero.
    private const int Closed = int.MinValue / 2;

    private readonly int _permits = permits;
    private int _left = permits;

    /// <summary>The rules that it was leased under.</summary>
    public GroupRules Rules => rules;

    /// <summary>Its name.</summary>
    public OperationId Id => id;

    /// <summary>How many permits it is.</summary>
    public int Permits => _permits;

    /// <summary>Whether all of it is used; of no meaning once it is closed.</summary>
    public bool IsUsedUp => Volatile.Read(ref _left) <= 0;

    /// <summary>When it was asked for.</summary>
    public Instant Asked => asked;

    /// <summary>How many permits were used up to now; of no meaning once it is closed.</summary>
    public int Used => _permits - Math.Max(0, Volatile.Read(ref _left));

    /// <summary>Uses permits; false if there are not so many left, or it has ended, or it is for other rules.</summary>
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

        TimeSpan passed = now - answered;
        reading = given with
        {
            Remaining = given.Remaining + left,
            Next = given.Next > passed ? given.Next - passed : TimeSpan.Zero,
            Reset = given.Reset > passed ? given.Reset - passed : TimeSpan.Zero,
            RetryAfter = TimeSpan.Zero,
            Verdict = Verdict.Allowed,
        };
        return true;
    }

    /// <summary>Ends its use; how many permits were used.</summary>
    public int Close() => _permits - Math.Max(0, Interlocked.Exchange(ref _left, Closed));
}
