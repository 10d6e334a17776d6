namespace OrleansLimiter;

public partial class BucketGroup
{
    /// <summary>Whether permits were acquired or returned since the last <see cref="TakeChanges"/>.</summary>
    internal bool HasChanges => BucketList.HasChanged(Changes, forStorage: false);

    /// <summary>Whether permits were acquired or returned since the last <see cref="TakeForStorage"/>.</summary>
    internal bool HasChangesForStorage => BucketList.HasChanged(Changes, forStorage: true);

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

    /// <summary>As <see cref="TakeChanges"/>, for the storage of counts.</summary>
    internal bool TakeForStorage() => _buckets.TakeForStorage();

    /// <summary>Gives back what <see cref="TakeForStorage"/> has taken.</summary>
    internal void ReturnForStorage(bool returned) => _buckets.ReturnForStorage(returned);

    private int Changes => Volatile.Read(ref _buckets.Acquired) | Volatile.Read(ref _buckets.Returned);

    /// <summary>Whether the group has changes and must be added to the queue of changed groups. The caller then adds it.</summary>
    internal bool TryQueue()
    {
        bool first = (_buckets.HasAcquired || _buckets.HasReturned) && !_buckets.IsQueued;
        _buckets.IsQueued |= first;
        return first;
    }
}
