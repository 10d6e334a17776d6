namespace OrleansLimiter.Cluster;

/// <summary>Requests the buckets of a group, or those of an account from a silo.</summary>
[GenerateSerializer, Immutable, Alias("limiter.usage")]
public sealed class UsageMessage(string prefix)
{
    /// <summary>The prefix of the keys of the groups of an account; empty for a group.</summary>
    [Id(0)] public string Prefix { get; } = prefix;
}

/// <summary>The reply to a <see cref="UsageMessage"/>.</summary>
[GenerateSerializer, Immutable, Alias("limiter.usage-answer")]
public sealed class UsageReply(BucketData[] buckets)
{
    /// <summary>The buckets that have not decayed, in no particular order.</summary>
    [Id(0)] public BucketData[] Buckets { get; } = buckets;
}

/// <summary>One bucket, for administration.</summary>
/// <param name="Scope">The <see cref="OrleansLimiter.Scope"/> of its group.</param>
/// <param name="Group">The key of the grain of its group.</param>
/// <param name="Rule">The name of the bucket, and its rule.</param>
/// <param name="Reading">The reading for a cost of 1.</param>
[GenerateSerializer, Immutable, Alias("limiter.bucket")]
public readonly record struct BucketData(
    [property: Id(0)] byte Scope,
    [property: Id(1)] string Group,
    [property: Id(2)] RuleData Rule,
    [property: Id(3)] ReadingData Reading);

/// <summary>Requests the reset of a group, or of the groups of an account on a silo.</summary>
[GenerateSerializer, Immutable, Alias("limiter.reset")]
public sealed class ResetMessage(string prefix)
{
    /// <summary>The prefix of the keys of the groups of an account; empty for a group.</summary>
    [Id(0)] public string Prefix { get; } = prefix;
}

/// <summary>The reply to a <see cref="ResetMessage"/>.</summary>
[GenerateSerializer, Immutable, Alias("limiter.reset-answer")]
public sealed class ResetReply(int groups)
{
    /// <summary>The number of groups that were reset.</summary>
    [Id(0)] public int Groups { get; } = groups;
}
