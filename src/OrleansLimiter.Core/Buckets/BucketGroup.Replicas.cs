namespace OrleansLimiter;

public partial class BucketGroup
{
    /// <summary>Gives changes back that <see cref="TakeChanges"/> has taken. The group is not added to the queue again.</summary>
    internal void ReturnChanges(bool returned)
    {
        (_buckets.HasAcquired, _buckets.IsQueued) = (true, true);
        _buckets.HasReturned |= returned;
    }
}
