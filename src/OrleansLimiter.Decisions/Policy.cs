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
    private readonly bool _isSparse;
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

    // A policy with other rules of its limits. Everything that does not depend on rules is shared.
    private Policy(Policy source, ImmutableArray<PolicyLimit> limits)
    {
        Definition = source.Definition with { Limits = [.. limits.Select(limit => limit.Definition)] };
        Limits = limits;
        (_space, _mode, _endpointHashes) = (source._space, source._mode, source._endpointHashes);
        (Endpoints, Identity, Templates) = (source.Endpoints, source.Identity, source.Templates);
        (_isSparse, _plans) = (true, new(this, _space, 0, isSparse: true));
        _kept = [_plans];
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

    /// <summary>
    /// The policy for a descriptor with a limit of its own. Limits that allow it have its permits and window, and other buckets. Others,
    /// and limits of an account with an override, are as in the policy.
    /// </summary>
    /// <param name="permits">The permits.</param>
    /// <param name="window">The window.</param>
    /// <param name="error">Why no limit can have these permits and window; null if there is a policy.</param>
    internal Policy? WithLimit(long permits, TimeSpan window, out string? error)
    {
        error = null;
        var limits = ImmutableArray.CreateBuilder<PolicyLimit>(Limits.Length);
        foreach (PolicyLimit limit in Limits)
        {
            limits.Add(limit.Definition.DescriptorLimit && error is null ? DescriptorLimits.Of(limit, permits, window, out error) : limit);
        }

        return error is null ? new(this, limits.MoveToImmutable()) : null;
    }

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

        PlanTable plans = new(this, _space, overridesVersion, _isSparse);
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

    /// <summary>The name of its buckets, without the values of <c>key:</c>.</summary>
    internal BucketName Bucket { get; init; } = BucketName.Of(Definition.Name);

    /// <summary>The limit of the policy, in whose place this one is the limit of a descriptor; null for a limit of the policy.</summary>
    internal PolicyLimit? Replaces { get; init; }
}
