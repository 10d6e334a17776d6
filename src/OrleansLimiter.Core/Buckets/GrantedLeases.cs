namespace OrleansLimiter;

/// <summary>
/// The leases of a group that are out, by their ends. They are few: each is at most a share of what the others left.
/// </summary>
/// <remarks>
/// What is leased is not in the state; room for all of it is kept there. When a lease ends, what was used of it is acquired, as
/// of then. Every use is so set down at its moment or later, before which room was kept for it, and every algorithm counts
/// an acquisition that comes later for at least as long. So whatever counts at one moment, had each use been set down at its own
/// moment, is in the state by then or still leased; together they are never above the capacity.
/// </remarks>
internal sealed class GrantedLeases
{
    private readonly List<GrantedLease> _byEnd = [];

    public bool IsEmpty => _byEnd.Count == 0;

    public void Add(in GrantedLease lease)
    {
        Instant end = lease.End;
        _byEnd.Insert(_byEnd.FindLastIndex(other => other.End <= end) + 1, lease);
    }

    /// <summary>The lease of that name; null where none is out.</summary>
    public GrantedLease? Find(OperationId id) => _byEnd.FindIndex(lease => lease.Id == id) is >= 0 and int index ? _byEnd[index] : null;

    /// <summary>The first lease whose end has come; null where there is none.</summary>
    public GrantedLease? Ended(Instant now) => _byEnd.Count > 0 && _byEnd[0].End <= now ? _byEnd[0] : null;

    public void Remove(OperationId id) => _byEnd.RemoveAll(lease => lease.Id == id);

    /// <summary>How many permits of a bucket are leased, and when the last of these leases ends.</summary>
    public (int Permits, Instant End) Of(string bucket)
    {
        int permits = 0;
        Instant end = default;
        foreach (GrantedLease lease in _byEnd)
        {
            (permits, end) = lease.Bucket == bucket ? (permits + lease.Permits, lease.End) : (permits, end);
        }

        return (permits, end);
    }

    /// <summary>
    /// What a bucket says to a cost beside what is leased of it. What a front-end uses of a lease from now on is acquired by another caller
    /// as far as <see cref="Reading.Reset"/> and <see cref="Reading.Next"/> go; a wait is enough however leases end.
    /// </summary>
    public static Reading Read(GrantedLeases? leases, in Bucket bucket, int cost, Instant now)
    {
        Rule rule = bucket.Rule;
        (int leased, Instant end) = leases?.Of(bucket.Name) ?? default;
        if (leased == 0 || rule.Capacity == 0)
        {
            return bucket.State.Read(rule, cost, now);
        }

        Reading both = bucket.State.Read(rule, Math.Min(cost, rule.Capacity) + leased, now);
        Verdict verdict = cost > rule.Capacity ? Verdict.Never : both.Allowed ? Verdict.Allowed : Verdict.Wait;
        TimeSpan allUsed = bucket.State.ResetWith(rule, leased, end, now);
        TimeSpan longest = bucket.State.LongestReset(rule);
        TimeSpan reset = allUsed < longest ? allUsed : longest;

        // Where both can never have room together, the cost alone has it when all leases have ended and are no longer counted.
        TimeSpan retry = verdict != Verdict.Wait ? TimeSpan.Zero : both.Verdict == Verdict.Wait ? both.RetryAfter : allUsed;
        int remaining = Math.Max(0, both.Remaining - leased);
        TimeSpan next = both.Remaining == rule.Capacity || leased >= rule.Capacity ? reset
            : both.Remaining >= leased ? both.Next
            : bucket.State.Read(rule, leased + 1, now).RetryAfter;
        return new(rule.Capacity, remaining, rule.Window, next, reset, retry, verdict);
    }
}

/// <summary>Permits of one bucket that a front-end may use by itself until the end.</summary>
internal readonly record struct GrantedLease(OperationId Id, GroupRules Rules, int Permits, Instant End)
{
    public string Bucket => Rules.Rules[0].Bucket;
}
