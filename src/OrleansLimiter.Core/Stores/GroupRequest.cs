namespace OrleansLimiter;

/// <summary>An operation, and the bucket group that it is for.</summary>
/// <param name="Key">The group.</param>
/// <param name="Operation">What to do.</param>
public readonly record struct GroupRequest(GroupKey Key, BucketOperation Operation)
{
    /// <summary>
    /// What <see cref="IBucketStore.TryAcquire"/> of the same store found under the key, so that it is not looked up twice.
    /// Null: nothing is known. Only the store that gave it understands it.
    /// </summary>
    public object? Hint { get; init; }
}
