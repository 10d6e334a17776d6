namespace OrleansLimiter;

/// <summary>One living bucket, for administration.</summary>
/// <param name="Group">The group that holds it.</param>
/// <param name="Bucket">Its name in the group.</param>
/// <param name="Rule">What it enforces now.</param>
/// <param name="Reading">What it says to a cost of 1 now.</param>
public readonly record struct BucketUsage(GroupKey Group, string Bucket, Rule Rule, Reading Reading);
