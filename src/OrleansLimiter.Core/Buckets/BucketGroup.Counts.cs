namespace OrleansLimiter;

public partial class BucketGroup
{
    /// <summary>Whether permits were acquired or returned since the last <see cref="TakeChanges"/>.</summary>
    internal bool HasChanges => Volatile.Read(ref _buckets.HasAcquired) || Volatile.Read(ref _buckets.HasReturned);

    /// <summary>Whether a reset or a cancellation since the last <see cref="TakeChanges"/> returned permits.</summary>
    internal bool HasReturned => _buckets.HasReturned;

    /// <summary>Whether a bucket that is kept, by name, has not decayed.</summary>
    internal bool HasCounts(Func<string, bool> keeps, Instant now)
    {
        CatchUp(now);
        for (int i = 0; i < _buckets.Count; i++)
        {
            if (_buckets.Keeps(i, keeps, _recent?.Leases, now))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Removes all buckets that are not kept, and those that have decayed. Returns whether there are others.</summary>
    internal bool Retain(Func<string, bool> keeps, Instant now)
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
        (_buckets.HasAcquired, _buckets.HasReturned) = (false, false);
        return returned;
    }
}
