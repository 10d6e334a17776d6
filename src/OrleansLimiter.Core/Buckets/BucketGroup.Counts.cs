namespace OrleansLimiter;

public partial class BucketGroup
{
    /// <summary>Whether permits were acquired or returned since the last <see cref="TakeChanges"/>.</summary>
    internal bool HasChanges => Volatile.Read(ref _buckets.HasAcquired) || Volatile.Read(ref _buckets.HasReturned);

    /// <summary>Whether a reset or a cancellation since the last <see cref="TakeChanges"/> returned permits.</summary>
    internal bool HasReturned => _buckets.HasReturned;

    /// <summary>The time until all buckets that are kept have decayed; zero if they have.</summary>
    internal TimeSpan LongestReset(BucketFilter keeps, Instant now)
    {
        CatchUp(now);
        return _buckets.LongestReset(keeps, _recent?.Leases, now);
    }

    /// <summary>Removes all buckets that are not kept, and those that have decayed. Returns whether there are others.</summary>
    internal bool Retain(BucketFilter keeps, Instant now)
    {
        CatchUp(now);
        _buckets.Retain(keeps, _recent?.Leases, now);
        return _buckets.Count > 0;
    }

    /// <summary>Makes the next <see cref="TakeChanges"/> report the group.</summary>
    internal void MarkChanged() => _buckets.HasAcquired = true;

    /// <summary>Begins again, and returns whether permits were returned.</summary>
    internal bool TakeChanges()
    {
        bool returned = _buckets.HasReturned;
        (_buckets.HasAcquired, _buckets.HasReturned, _buckets.IsQueued) = (false, false, false);
        return returned;
    }

    /// <summary>Whether the group has changes and must be added to the queue of changed groups. The caller then adds it.</summary>
    internal bool TryQueue()
    {
        bool first = (_buckets.HasAcquired || _buckets.HasReturned) && !_buckets.IsQueued;
        _buckets.IsQueued |= first;
        return first;
    }
}
