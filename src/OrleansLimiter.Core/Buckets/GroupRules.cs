using System.Collections.Immutable;

namespace OrleansLimiter;

/// <summary>A rule and the bucket of a group that it speaks of.</summary>
/// <param name="Bucket">The bucket's name inside its group: the limit's name and the values of its <c>key:</c>.</param>
/// <param name="Rule">What the bucket enforces.</param>
public readonly record struct BucketRule(string Bucket, Rule Rule);

/// <summary>
/// The rules of one request for one group, decided together. Immutable and shared by every request that resolves to
/// the same rules. At least one rule; no bucket twice.
/// </summary>
public sealed class GroupRules(ImmutableArray<BucketRule> rules, Generation generation)
{
    /// <summary>The rules, in the policy's order.</summary>
    public ImmutableArray<BucketRule> Rules { get; } = rules;

    /// <summary>How new they are.</summary>
    public Generation Generation { get; } = generation;
}
