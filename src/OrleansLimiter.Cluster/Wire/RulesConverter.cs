using System.Collections.Concurrent;

namespace OrleansLimiter.Cluster;

/// <summary>The wire format of rules. Within a process, the rules are passed without conversion.</summary>
/// <param name="Version">The version that a silo must support to enforce the rules; see <see cref="RulesConverter.Version"/>.</param>
/// <param name="Policy">The generation of the policy.</param>
/// <param name="Overrides">The version of the overrides.</param>
/// <param name="Rules">The rules, in the order of the policy.</param>
[GenerateSerializer, Immutable, Alias("limiter.rules")]
public readonly record struct RulesData(
    [property: Id(0)] byte Version,
    [property: Id(1)] int Policy,
    [property: Id(2)] uint Overrides,
    [property: Id(3)] RuleData[] Rules)
{
    /// <summary>
    /// The permits that each rule acquires, if several requests are decided together and the cost of the operation is not that of each
    /// rule; otherwise null. 0 if a bucket is only read.
    /// </summary>
    [Id(4)] public int[]? Charged { get; init; }

    /// <summary>With <see cref="Charged"/>: the permits that the bucket of each rule must have, 1 or more.</summary>
    [Id(5)] public int[]? Checked { get; init; }
}

/// <summary>The wire format of a rule.</summary>
/// <param name="Bucket">The name of the bucket.</param>
/// <param name="Algorithm">The number of the algorithm.</param>
/// <param name="Permits">The number of permits per window.</param>
/// <param name="WindowTicks">The window in units of 100 ns.</param>
/// <param name="Burst">The explicit capacity of a token bucket; 0 if none was given.</param>
[GenerateSerializer, Immutable, Alias("limiter.rule")]
public readonly record struct RuleData(
    [property: Id(0)] string Bucket,
    [property: Id(1)] byte Algorithm,
    [property: Id(2)] int Permits,
    [property: Id(3)] long WindowTicks,
    [property: Id(4)] int Burst)
{
    /// <summary>
    /// What the counts survive: 1 + <see cref="OrleansLimiter.Survive"/>. 0 from an older front-end: the default of the window.
    /// </summary>
    [Id(5)] public byte Survive { get; init; }

    internal static RuleData Of(in BucketRule rule) => Of(rule.Bucket, rule.Rule) with { Survive = (byte)(1 + (int)rule.Survive) };

    internal static RuleData Of(string bucket, Rule rule) =>
        new(bucket, (byte)rule.Algorithm, rule.Permits, rule.Window.Ticks, rule.Burst);

    /// <summary>
    /// Converts to a rule that <see cref="ToRule"/> supports. A newer value of what the counts survive is the highest one.
    /// </summary>
    internal BucketRule ToBucketRule()
    {
        var rule = new BucketRule(Bucket, ToRule()!);
        return Survive == 0 ? rule
            : rule with { Survive = (OrleansLimiter.Survive)Math.Min(Survive - 1, (int)OrleansLimiter.Survive.Restart) };
    }

    /// <summary>Converts to a rule; null if this version does not support it.</summary>
    internal Rule? ToRule()
    {
        int? burst = Burst == 0 ? null : Burst;
        return Rule.Validate((Algorithm)Algorithm, Permits, new(WindowTicks), burst) is null
            ? new((Algorithm)Algorithm, Permits, new(WindowTicks), burst)
            : null;
    }
}

/// <summary>
/// Converts rules from and to the wire format. Rules that this version does not support become null, and the silo replies that
/// they are unsupported. Equal content becomes the same object, so that all keys of a plan share one object.
/// </summary>
[RegisterConverter]
public sealed class RulesConverter : IConverter<GroupRules, RulesData>
{
    /// <summary>The version that this process supports. It is raised with an addition that an older silo must not ignore.</summary>
    /// <remarks>
    /// 2: rules with costs. Rules without them are sent as version 1, so that an older silo refuses only what it would charge wrongly.
    /// </remarks>
    public const byte Version = 2;

    private const byte VersionWithoutCosts = 1;

    // Rules of replaced policies and overrides are not removed one by one; above this number, the whole cache is cleared.
    private const int MaxCached = 4096;

    private static readonly ConcurrentDictionary<Content, GroupRules> s_cache = new();

    /// <inheritdoc/>
    public RulesData ConvertToSurrogate(in GroupRules value)
    {
        var rules = new RuleData[value.Rules.Length];
        for (int i = 0; i < rules.Length; i++)
        {
            rules[i] = RuleData.Of(value.Rules[i]);
        }

        return value.HasCosts
            ? new(Version, value.Generation.Policy, value.Generation.Overrides, rules)
            {
                Charged = [.. value.Costs.Select(cost => cost.Charged)],
                Checked = [.. value.Costs.Select(cost => cost.Checked)],
            }
            : new(VersionWithoutCosts, value.Generation.Policy, value.Generation.Overrides, rules);
    }

    /// <inheritdoc/>
    public GroupRules ConvertFromSurrogate(in RulesData surrogate)
    {
        GroupRules? rules = surrogate.Version > Version ? null
            : s_cache.TryGetValue(new(surrogate), out GroupRules? cached) ? cached : AddToCache(surrogate);
        return surrogate.Charged is null || rules is null ? rules! : WithCosts(rules, surrogate.Charged, surrogate.Checked)!;
    }

    // Costs differ from request to request, so they are not in the cache.
    private static GroupRules? WithCosts(GroupRules rules, int[] charged, int[]? needed)
    {
        if (charged.Length != rules.Rules.Length || needed?.Length != charged.Length)
        {
            return null;
        }

        var costs = new RuleCost[charged.Length];
        for (int i = 0; i < costs.Length; i++)
        {
            costs[i] = new(charged[i], needed[i]);
        }

        return Array.TrueForAll(costs, cost => cost.IsValid) ? rules.WithCosts([.. costs]) : null;
    }

    private static GroupRules? AddToCache(in RulesData data)
    {
        if (data.Rules is not { Length: > 0 } rules
            || Array.Exists(rules, rule => rule.Bucket is null || rule.ToRule() is null)
            || rules.DistinctBy(rule => rule.Bucket).Count() < rules.Length)
        {
            return null;
        }

        if (s_cache.Count >= MaxCached)
        {
            s_cache.Clear();
        }

        return s_cache.GetOrAdd(new(data with { Charged = null, Checked = null }), new GroupRules(
            [.. rules.Select(rule => rule.ToBucketRule())], new(data.Policy, data.Overrides)));
    }

    // Compares the array by its elements. The version only says whether there are costs, which are not part of the content.
    private readonly record struct Content(RulesData Data)
    {
        public bool Equals(Content other) =>
            (Data.Policy, Data.Overrides) == (other.Data.Policy, other.Data.Overrides)
            && Data.Rules.AsSpan().SequenceEqual(other.Data.Rules);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(Data.Policy);
            hash.Add(Data.Overrides);
            foreach (RuleData rule in Data.Rules ?? [])
            {
                hash.Add(rule);
            }

            return hash.ToHashCode();
        }
    }
}
