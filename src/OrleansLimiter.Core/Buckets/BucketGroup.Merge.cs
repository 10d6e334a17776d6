namespace OrleansLimiter;

public partial class BucketGroup
{
    /// <summary>
    /// Merges another state of the same group, for example an older one that was kept elsewhere. Afterwards the consumption of each bucket
    /// is at least the larger one of both, at every moment. The result does not depend on which of the two is this one, nor on whether a
    /// state is merged twice.
    /// </summary>
    /// <remarks>
    /// The ids of recent acquisitions and the quota leases are united, so an acquisition with an id still counts once. If the two differ,
    /// acquisitions before the merge cannot be undone any more, because an acquisition may be in only one of them: to cancel it then has no
    /// effect. That admits less, not more.
    /// </remarks>
    /// <param name="other">The other state. It must not be used afterwards.</param>
    /// <param name="now">Now.</param>
    internal void Merge(BucketGroup other, Instant now)
    {
        CatchUp(now);
        other.CatchUp(now);
        if ((other._buckets.Count == 0 && other._recent is null) || IsSame(other, now))
        {
            return;
        }

        MergeBuckets(other, now);
        RecentAcquisitions? recent = RecentAcquisitions.Merge(_recent, other._recent, now);
        for (int i = 0; recent is not null && i < _buckets.Count; i++)
        {
            ref Bucket bucket = ref BucketAt(i);
            if (recent.Touches(bucket.Name))
            {
                recent.Record(bucket.Name, bucket.Rule, bucket.Rule, before: null, now);
            }
        }

        _recent = recent;
        _buckets.HasAcquired = true;
        if (recent is not null)
        {
            recent.Leases = GrantedLeases.In(recent.Leases, _buckets);
            CatchUp(now);
        }
    }

    private bool IsSame(BucketGroup other, Instant now) =>
        GroupSnapshot.Save(this, now).AsSpan().SequenceEqual(GroupSnapshot.Save(other, now));

    private void MergeBuckets(BucketGroup other, Instant now)
    {
        if (_buckets.Count + other._buckets.Count > MaxBuckets)
        {
            _buckets.DropEmpty(now, _recent?.Leases);
        }

        for (int i = 0; i < other._buckets.Count; i++)
        {
            ref Bucket merged = ref other.BucketAt(i);
            int own = _buckets.Find(merged.Name);
            if (own >= 0)
            {
                BucketAt(own).Merge(merged, now);
            }
            else if (_buckets.Count < MaxBuckets)
            {
                _buckets.Add(merged);
            }
        }
    }
}
