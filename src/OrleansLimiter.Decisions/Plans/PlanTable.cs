using System.Collections.Concurrent;

namespace OrleansLimiter.Decisions;

/// <summary>The plans of a policy at one version of the overrides, each computed when first needed.</summary>
internal sealed class PlanTable(Policy policy, RequestSpace space, uint overridesVersion)
{
    // Above this number of combinations, a dictionary of the plans in use needs less memory than an array.
    private const int LargestArray = 1 << 16;

    private readonly Plan?[] _plans = new Plan?[space.Size <= LargestArray ? space.Size : 0];
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
        ImmutableArray<PlannedLimit> limits =
        [
            .. from limit in policy.Limits
               let definition = limit.Definition
               where definition.When.Holds(combination) && definition.Unless?.Holds(combination) != true
               let chosen = definition.Cases.FirstOrDefault(each => each.When.Holds(combination))
               where chosen is not null
               let keys = definition.Key.Select(key => Dimension.Of(policy.Definition, key)).ToArray()
               let bucket = keys.Where(key => key.IsFixed)
                   .Aggregate(BucketName.Of(limit.Name), (name, key) => name.With(key.Key, combination[key.Key]!))
               select new PlannedLimit(limit, chosen.Rule, bucket, [.. keys.Where(key => !key.IsFixed)]),
        ];
        return new(limits, new(policy.Definition.Generation, OverridesVersion));
    }
}
