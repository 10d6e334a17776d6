namespace OrleansLimiter;

/// <summary>An operation on a bucket group.</summary>
/// <param name="Key">The key of the group.</param>
/// <param name="Operation">The operation.</param>
public readonly record struct GroupRequest(GroupKey Key, BucketOperation Operation)
{
    /// <summary>
    /// The hint that <see cref="IBucketStore.TryAcquire"/> of the same store returned for the key, so that the key is not looked up
    /// twice; null for none. Its type is private to the store.
    /// </summary>
    public object? Hint { get; init; }
}
