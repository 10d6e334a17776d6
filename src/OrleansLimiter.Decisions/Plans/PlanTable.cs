using System.Collections.Concurrent;

namespace OrleansLimiter.Decisions;

/// <summary>The plans of a policy at one version of the overrides, each computed when first needed.</summary>
/// <param name="policy">The policy.</param>
/// <param name="space">The combinations of its requests.</param>
/// <param name="overridesVersion">The version of the overrides.</param>
/// <param name="isSparse">Whether few of the combinations are expected, so that an array of all would waste memory.</param>
internal sealed class PlanTable(Policy policy, RequestSpace space, uint overridesVersion, bool isSparse = false)
{
    // Above this number of combinations, a dictionary of the plans in use needs less memory than an array.
    private const int LargestArray = 1 << 16;

    private readonly Plan?[] _plans = new Plan?[!isSparse && space.Size <= LargestArray ? space.Size : 0];
    private readonly ConcurrentDictionary<long, Plan> _rare = new();

    public uint OverridesVersion { get; } = overridesVersion;

    public Plan For(in LimitRequest request)
    {
        long index = space.IndexOf(request);
        return _plans.Length > 0 ? _plans[index] ??= Build(index)
            : _rare.TryGetValue(index, out Plan? plan) ? plan
            : _rare.GetOrAdd(index, Build(index));
    }

    private Plan Build(long index)
    {
        Dictionary<string, string?> combination = space.ValuesOf(index);
        return new(
            [.. policy.Limits.Select(limit => Build(limit, combination)).OfType<PlannedLimit>()],
            new(policy.Definition.Generation, OverridesVersion));
    }

    private PlannedLimit? Build(PolicyLimit limit, Dictionary<string, string?> combination)
    {
        LimitDefinition definition = limit.Definition;
        if (!definition.When.Holds(combination) || definition.Unless?.Holds(combination) == true
            || definition.Cases.FirstOrDefault(each => each.When.Holds(combination)) is not { } chosen)
        {
            return null;
        }

        Dimension[] keys = [.. definition.Key.Select(key => Dimension.Of(policy.Definition, key))];
        BucketName bucket = keys.Where(key => key.IsFixed)
            .Aggregate(limit.Bucket, (name, key) => name.With(key.Key, combination[key.Key]!));
        return new(limit, chosen.Rule, bucket, [.. keys.Where(key => !key.IsFixed)])
        {
            Own = limit.Replaces is { } own ? Build(own, combination) : null,
        };
    }
}
