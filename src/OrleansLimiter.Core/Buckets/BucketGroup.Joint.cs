namespace OrleansLimiter;

public partial class BucketGroup
{
    /// <summary>
    /// Whether every rule is enforced by the bucket at its index, and the group remembers no acquisitions. Then <see cref="ReadAt"/> and
    /// <see cref="AcquireAt"/> can be used.
    /// </summary>
    internal bool IsUnder(GroupRules rules)
    {
        if (_recent is not null || rules.Rules.Length > _buckets.Count)
        {
            return false;
        }

        rules = rules.Shared;
        for (int i = 0; i < rules.Rules.Length; i++)
        {
            if (!BucketAt(i).IsUnder(rules, i))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether one bucket admits a cost. Only after <see cref="IsUnder"/>.</summary>
    internal bool Admits(int index, int cost, Instant now)
    {
        ref Bucket bucket = ref BucketAt(index);
        return bucket.State.Admits(bucket.Rule, cost, now);
    }

    /// <summary>Reads one bucket. Only after <see cref="IsUnder"/>.</summary>
    internal void ReadAt(int index, int cost, Instant now, out Reading reading)
    {
        ref Bucket bucket = ref BucketAt(index);
        reading = bucket.State.Read(bucket.Rule, cost, now);
    }

    /// <summary>Acquires from one bucket, which admits the cost. Only after <see cref="IsUnder"/>.</summary>
    internal void AcquireAt(int index, int cost, Instant now, out Reading reading)
    {
        ref Bucket bucket = ref BucketAt(index);
        bucket.State.Acquire(bucket.Rule, cost, now, out reading);
        _buckets.HasAcquired = true;
    }

    /// <summary>
    /// The reply that an acquisition would get now, without acquiring. Unavailable if a bucket cannot be added. An acquisition that
    /// this group already executed is allowed, or refused if it was cancelled.
    /// </summary>
    internal GroupReply Preview(in BucketOperation acquisition, Instant now)
    {
        CatchUp(now);
        GroupRules rules = acquisition.Rules!;
        return acquisition.Id != OperationId.None && _recent?.Find(acquisition.Id) is >= 0 and int known
            ? Repeat(rules, acquisition.Cost, now, _recent.At(known).Status)
            : _buckets.EnsureCapacity(_buckets.Missing(rules), rules, _recent?.Leases, now)
                ? ReadAll(rules, acquisition.Cost, now)
                : GroupReply.Unavailable(TooManyBuckets);
    }
}
