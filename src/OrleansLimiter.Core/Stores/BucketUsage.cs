namespace OrleansLimiter;

/// <summary>One living bucket, for administration.</summary>
/// <param name="Group">The key of its group.</param>
/// <param name="Bucket">The name of the bucket in the group.</param>
/// <param name="Rule">The rule in force.</param>
/// <param name="Reading">The reading for a cost of 1.</param>
public readonly record struct BucketUsage(GroupKey Group, string Bucket, Rule Rule, Reading Reading);
