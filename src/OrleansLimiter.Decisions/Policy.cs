using System.Runtime.CompilerServices;

namespace OrleansLimiter.Decisions;

/// <summary>A compiled policy: the runtime form of a <see cref="PolicyDefinition"/>. Immutable; shared by all requests.</summary>
public sealed class Policy
{
    // One for each table of overrides, and as many for the tables that they replace.
    private const int MaxPlanTables = 2 * OverrideTables.MaxShards;

    private readonly RequestSpace _space;
    private readonly Dimension? _mode;
    private readonly int[] _endpointHashes;
    private PlanTable _plans;
    private PlanTable[] _kept;

    /// <summary>Compiles a valid definition.</summary>
    public Policy(PolicyDefinition definition)
    {
        Definition = definition;
        Limits = [.. definition.Limits.Select((limit, index) => new PolicyLimit(limit, index))];
        _space = new(definition);
        _plans = new(this, _space, 0);
        _kept = [_plans];
        _endpointHashes = [.. definition.Endpoints.Select(endpoint => endpoint.Name.GetHashCode())];
        (Endpoints, Identity, Templates) = (new(definition), new(definition), new(definition));
        _mode = definition.Attributes.Any(attribute => attribute.Name == AttributeDefinition.Mode)
            ? Dimension.Of(definition, AttributeDefinition.Mode)
            : null;
    }

    /// <summary>The definition from the policy file.</summary>
    public PolicyDefinition Definition { get; }

    /// <summary>The policy's name.</summary>
    public string Name => Definition.Name;

    /// <summary>The limits, in the file's order.</summary>
    public ImmutableArray<PolicyLimit> Limits { get; }

    /// <summary>Matches a method and a path to an endpoint.</summary>
    public EndpointMatcher Endpoints { get; }

    /// <summary>Reads the account and the attributes of a request.</summary>
    public IdentityReader Identity { get; }

    /// <summary>The templates of responses.</summary>
    public ResponseTemplates Templates { get; }

    /// <summary>The endpoint of unlisted paths beyond the bound on the groups of an account.</summary>
    internal static EndpointMatch SharedEndpoint { get; } = new(-1, BuiltIn.Other, "");

    /// <summary>Whether the value of the mode can be any text.</summary>
    internal bool HasOpenModes => _mode is { IsFixed: false };

    /// <summary>Whether an endpoint is an unlisted path with bucket groups of its own.</summary>
    internal bool HasOwnGroups(in EndpointMatch endpoint) =>
        endpoint.Index < 0 && Definition.Unlisted == Unlisted.Route && endpoint.Name != BuiltIn.Other;

    /// <summary>The mode of a request; empty if the policy declares no modes.</summary>
    internal string ModeOf(string?[]? attributes) => _mode?.ValueIn(attributes) ?? "";

    /// <summary>The hash of an endpoint's name; precomputed for the endpoints that the policy names.</summary>
    internal int EndpointHash(in EndpointMatch endpoint) =>
        endpoint.Index >= 0 ? _endpointHashes[endpoint.Index] : endpoint.Name.GetHashCode();

    // Rules contain the version of the overrides, so a new version needs new plans. Usually all requests use one version; with several
    // tables of overrides, each table has its own.
    internal PlanTable Plans(uint overridesVersion)
    {
        PlanTable plans = Volatile.Read(ref _plans);
        return plans.OverridesVersion == overridesVersion ? plans : PlansOfMany(overridesVersion);
    }

    // Versions only increase, so new tables are first in the list and the oldest are removed. If two threads create a table at the same
    // time, the list can lose one of them, which is then created again.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private PlanTable PlansOfMany(uint overridesVersion)
    {
        PlanTable[] kept = Volatile.Read(ref _kept);
        foreach (PlanTable each in kept)
        {
            if (each.OverridesVersion == overridesVersion)
            {
                return each;
            }
        }

        PlanTable plans = new(this, _space, overridesVersion);
        Volatile.Write(ref _kept, [plans, .. kept.Take(MaxPlanTables - 1)]);
        Volatile.Write(ref _plans, plans);
        return plans;
    }
}

/// <summary>A limit of a compiled policy.</summary>
/// <param name="Definition">The definition from the policy file.</param>
/// <param name="Index">The index in the policy.</param>
public sealed record PolicyLimit(LimitDefinition Definition, int Index)
{
    /// <summary>The name.</summary>
    public string Name => Definition.Name;

    /// <summary>Whether front-ends may lease permits of its buckets.</summary>
    public bool Lease => Definition.Lease;
}
