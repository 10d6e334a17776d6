namespace OrleansLimiter;

/// <summary>
/// The rules of one request for one bucket group. They are decided together. Immutable; shared by all requests that resolve to the same
/// rules.
/// </summary>
public sealed partial class GroupRules
{
    /// <summary>The rules, in the policy's order.</summary>
    public ImmutableArray<BucketRule> Rules { get; }

    /// <summary>The generation of the rules.</summary>
    public Generation Generation { get; }

    /// <summary>
    /// Whether a front-end may lease permits of the bucket. Only used with one rule, and only by the front-end: the group does not
    /// enforce it. Default: false.
    /// </summary>
    public bool MayLease { get; init; }

    /// <summary>Creates the rules of a request.</summary>
    /// <exception cref="ArgumentException">There is no rule, or a bucket occurs twice.</exception>
    public GroupRules(ImmutableArray<BucketRule> rules, Generation generation)
    {
        if (rules.IsDefaultOrEmpty)
        {
            throw new ArgumentException("an operation on a group needs at least one rule", nameof(rules));
        }

        for (int i = 1; i < rules.Length; i++)
        {
            if (Names(rules.AsSpan(0, i), rules[i].Bucket))
            {
                throw new ArgumentException($"bucket '{rules[i].Bucket}' is named twice", nameof(rules));
            }
        }

        (Rules, Generation) = (rules, generation);
    }

    /// <summary>These rules, with counts of some buckets that survive a restart of all silos.</summary>
    internal GroupRules Keeping(string[] buckets) => new(
        [.. Rules.Select(rule => buckets.Contains(rule.Bucket) ? rule with { Survive = Survive.Restart } : rule)], Generation)
    {
        MayLease = MayLease,
    };

    /// <summary>Whether one of the rules names the bucket.</summary>
    internal bool Names(string bucket) => Names(Rules.AsSpan(), bucket);

    private static bool Names(ReadOnlySpan<BucketRule> rules, string bucket)
    {
        foreach (ref readonly BucketRule rule in rules)
        {
            if (rule.Bucket == bucket)
            {
                return true;
            }
        }

        return false;
    }
}
