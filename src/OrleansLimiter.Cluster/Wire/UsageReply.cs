using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>Buckets that remember something.</summary>
/// <param name="buckets">The buckets, in no order.</param>
[GenerateSerializer, Immutable, Alias("limiter.usage-answer")]
public sealed class UsageReply(BucketData[] buckets)
{
    /// <summary>The buckets, in no order.</summary>
    [Id(0)]
    public BucketData[] Buckets { get; } = buckets;
}

/// <summary>One bucket, for administration.</summary>
/// <param name="Scope">The <see cref="OrleansLimiter.Scope"/> of its group.</param>
/// <param name="Group">The key of its group's grain.</param>
/// <param name="Rule">Its name and what it enforces.</param>
/// <param name="Reading">What it says to a cost of 1.</param>
[GenerateSerializer, Immutable, Alias("limiter.bucket")]
public readonly record struct BucketData(
    [property: Id(0)] byte Scope,
    [property: Id(1)] string Group,
    [property: Id(2)] RuleData Rule,
    [property: Id(3)] ReadingData Reading);

/// <summary>What a silo has reset.</summary>
/// <param name="groups">How many groups.</param>
[GenerateSerializer, Immutable, Alias("limiter.reset-answer")]
public sealed class ResetReply(int groups)
{
    /// <summary>How many groups.</summary>
    [Id(0)]
    public int Groups { get; } = groups;
}
