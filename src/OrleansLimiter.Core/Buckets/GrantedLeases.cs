namespace OrleansLimiter;

/// <summary>
/// The active quota leases of a group, ordered by their ends. There are only a few, because each lease is at most a share of the
/// remaining permits.
/// </summary>
/// <remarks>
/// Leased permits are not part of the state of the bucket, but they are subtracted from what remains. When a lease ends, its used
/// permits are acquired at that moment. Every use is therefore recorded at its own moment or later, and until then its permits were
/// reserved. Every algorithm counts a later acquisition for at least as long. So every use that must count at a moment is either in the
/// state or still leased, and both together never exceed the capacity.
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

    /// <summary>Finds an active lease; null if there is none.</summary>
    public GrantedLease? Find(OperationId id) => _byEnd.FindIndex(lease => lease.Id == id) is >= 0 and int index ? _byEnd[index] : null;

    /// <summary>The first expired lease; null if there is none.</summary>
    public GrantedLease? Ended(Instant now) => _byEnd.Count > 0 && _byEnd[0].End <= now ? _byEnd[0] : null;

    public void Remove(OperationId id) => _byEnd.RemoveAll(lease => lease.Id == id);

    /// <summary>The leased permits of a bucket, and the end of the last of these leases.</summary>
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

    /// <summary>Unites the leases of two states of one group. A lease that is in both ends at the later moment.</summary>
    public static GrantedLeases? Merge(GrantedLeases? one, GrantedLeases? other)
    {
        if (one is null || other is null)
        {
            return one ?? other;
        }

        var merged = new GrantedLeases();
        foreach (GrantedLease lease in one._byEnd.Concat(other._byEnd).OrderByDescending(each => (each.End, each.Permits)))
        {
            if (merged.Find(lease.Id) is null)
            {
                merged.Add(lease);
            }
        }

        return merged;
    }

    /// <summary>Returns the leases of these buckets; null if there are none.</summary>
    public static GrantedLeases? In(GrantedLeases? leases, BucketList buckets)
    {
        leases?._byEnd.RemoveAll(lease => buckets.Find(lease.Bucket) < 0);
        return leases is { IsEmpty: false } ? leases : null;
    }

    public void Write(SnapshotWriter writer)
    {
        writer.Bytes.Write7BitEncodedInt(_byEnd.Count);
        foreach (GrantedLease lease in _byEnd)
        {
            writer.Bytes.Write(lease.Id.Value);
            writer.Write(lease.Rules);
            writer.Bytes.Write7BitEncodedInt(lease.Permits);
            writer.Bytes.Write7BitEncodedInt64((lease.End - writer.Now).Ticks);
        }
    }

    /// <exception cref="FormatException">The bytes are not leases of these buckets.</exception>
    public static GrantedLeases Read(SnapshotReader reader, BucketList buckets)
    {
        var leases = new GrantedLeases();
        int count = reader.ReadCount(int.MaxValue, "leases");
        for (int i = 0; i < count; i++)
        {
            var id = new OperationId(reader.Bytes.ReadInt64());
            GroupRules rules = reader.ReadRules();
            int permits = reader.Bytes.Read7BitEncodedInt();
            var span = new TimeSpan(reader.Bytes.Read7BitEncodedInt64());
            if (permits < 1 || span <= TimeSpan.Zero || span > BucketGroup.MaxLeaseSpan || buckets.Find(rules.Rules[0].Bucket) < 0)
            {
                throw new FormatException($"a lease of bucket '{rules.Rules[0].Bucket}' has {permits} permits for {span.Ticks} ticks");
            }

            leases.Add(new(id, rules, permits, reader.Now + span));
        }

        return leases;
    }

    /// <summary>
    /// Reads a bucket for a cost, with its leased permits subtracted. <see cref="Reading.Reset"/> and <see cref="Reading.Next"/> treat
    /// later uses of a lease as acquisitions of another caller. A wait is long enough however the leases end.
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

        // If the cost and the leases together exceed the capacity, the cost is admitted after all leases have ended and decayed.
        TimeSpan retry = verdict != Verdict.Wait ? TimeSpan.Zero : both.Verdict == Verdict.Wait ? both.RetryAfter : allUsed;
        int remaining = Math.Max(0, both.Remaining - leased);
        TimeSpan next = both.Remaining == rule.Capacity || leased >= rule.Capacity ? reset
            : both.Remaining >= leased ? both.Next
            : bucket.State.Read(rule, leased + 1, now).RetryAfter;
        return new(rule.Capacity, remaining, rule.Window, next, reset, retry, verdict);
    }
}

/// <summary>Permits of one bucket that a front-end may use without a call until the end.</summary>
internal readonly record struct GrantedLease(OperationId Id, GroupRules Rules, int Permits, Instant End)
{
    public string Bucket => Rules.Rules[0].Bucket;
}
