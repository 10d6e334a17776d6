namespace OrleansLimiter;

public partial class BucketGroup
{
    /// <summary>
    /// Adds the permits that another group of the same key has consumed, as if they were all acquired now. If fewer remain, then none
    /// remain. Its ids, reservations and leases are not continued: their permits count, and cannot be canceled any more.
    /// </summary>
    /// <param name="other">The other group. It must not be used afterwards.</param>
    /// <param name="now">Now.</param>
    internal void Add(BucketGroup other, Instant now)
    {
        CatchUp(now);
        other.CatchUp(now);
        _buckets.HasAcquired = true;
        for (int i = 0; i < other._buckets.Count; i++)
        {
            ref Bucket added = ref other.BucketAt(i);
            int own = _buckets.Find(added.Name);
            if (own >= 0)
            {
                Reading reading = GrantedLeases.Read(other._recent?.Leases, added, 1, now);
                Consume(ref BucketAt(own), reading.Limit - reading.Remaining, now);
            }
            else if (_buckets.Count < MaxBuckets)
            {
                (int leased, _) = other._recent?.Leases?.Of(added.Name) ?? default;
                own = _buckets.Add(added);
                Consume(ref BucketAt(own), leased, now);
            }
        }
    }

    // Acquisitions before this one cannot be undone, because the state would be computed without the permits that were added.
    private void Consume(ref Bucket bucket, int permits, Instant now)
    {
        if (permits == 0)
        {
            return;
        }

        bucket.State = bucket.State.Consume(bucket.Rule, permits, now);
        if (_recent?.Touches(bucket.Name) == true)
        {
            _recent.Record(bucket.Name, bucket.Rule, bucket.Rule, before: null, now);
        }
    }
}
