namespace OrleansLimiter;

/// <summary>Which buckets of a group a snapshot contains, if they have not decayed.</summary>
/// <param name="ByName">Whether a bucket is contained, by its name; null to decide by <paramref name="AtLeast"/>.</param>
/// <param name="AtLeast">What the counts of a bucket must survive.</param>
internal sealed record BucketFilter(Func<string, bool>? ByName, Survive AtLeast = Survive.None)
{
    /// <summary>All buckets that have not decayed.</summary>
    public static readonly BucketFilter InUse = new(null, Survive.None);

    private static readonly BucketFilter s_crash = new(null, Survive.Crash);

    /// <summary>The buckets whose counts survive at least this.</summary>
    public static BucketFilter Of(Survive atLeast) => atLeast == Survive.Crash ? s_crash : new(null, atLeast);

    /// <summary>Whether a bucket is contained, if it has not decayed.</summary>
    public bool Contains(in Bucket bucket) => ByName?.Invoke(bucket.Name) ?? bucket.Survive >= AtLeast;
}
