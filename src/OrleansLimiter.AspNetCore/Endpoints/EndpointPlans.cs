using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.AspNetCore;

/// <summary>The limits of an endpoint under one snapshot of the policies.</summary>
internal sealed record EndpointPlan(Endpoint? Endpoint, PolicySnapshot Snapshot, EnforcedPolicy[] Enforced);

/// <summary>The limits of all endpoints, each computed when first needed, and again when policies change.</summary>
internal sealed partial class EndpointPlans(
    PolicyCatalog catalog, DecisionCounters counters, IOptions<OrleansLimiterOptions> options, ILogger<EndpointPlans> log)
{
    // A power of two.
    private const int RecentSlots = 64;

    // Endpoints can be replaced while the app runs. A weak table forgets them, but a look into it calls the runtime. So the plans in use
    // are in slots as well, by the hash of their endpoint.
    private readonly ConditionalWeakTable<Endpoint, EndpointPlan> _plans = [];
    private readonly EndpointPlan?[] _recent = new EndpointPlan?[RecentSlots];
    private readonly string[] _global = options.Value.GlobalPolicies.Count > 0 ? [.. options.Value.GlobalPolicies]
        : catalog.Current.Only is { } only ? [only.Policy.Name]
        : [];

    private EndpointPlan? _withoutEndpoint;

    /// <summary>The names of the policies that apply to every request.</summary>
    public IReadOnlyList<string> Global => _global;

    /// <summary>Returns the limits of an endpoint; null for requests that routing has not matched.</summary>
    public EnforcedPolicy[] For(Endpoint? endpoint)
    {
        PolicySnapshot snapshot = catalog.Current;
        ref EndpointPlan? slot = ref SlotOf(endpoint);
        EndpointPlan? plan = Volatile.Read(ref slot);
        if (plan is null || !ReferenceEquals(plan.Endpoint, endpoint) || !ReferenceEquals(plan.Snapshot, snapshot))
        {
            plan = Find(endpoint, snapshot);
            Volatile.Write(ref slot, plan);
        }

        return plan.Enforced;
    }

    /// <summary>Returns what the names of an endpoint's metadata do not mean, in one sentence each.</summary>
    public static IEnumerable<string> Errors(Endpoint? endpoint, IEnumerable<string> global, PolicySnapshot snapshot) =>
        Required(endpoint, out _).Select(each => each.Name).Concat(endpoint is null ? global : [])
            .Distinct()
            .Select(name => Error(name, snapshot))
            .OfType<string>()
            .Select(error => endpoint is null ? error : $"the endpoint '{endpoint.DisplayName}': {error}");

    private ref EndpointPlan? SlotOf(Endpoint? endpoint) => ref endpoint is null
        ? ref _withoutEndpoint
        : ref _recent[RuntimeHelpers.GetHashCode(endpoint) & (RecentSlots - 1)];

    private EndpointPlan Find(Endpoint? endpoint, PolicySnapshot snapshot)
    {
        EndpointPlan? plan = null;
        return endpoint is not null && _plans.TryGetValue(endpoint, out plan) && ReferenceEquals(plan.Snapshot, snapshot)
            ? plan
            : Renew(endpoint, snapshot);
    }

    // Two threads can compute the same plan; both are equal.
    private EndpointPlan Renew(Endpoint? endpoint, PolicySnapshot snapshot)
    {
        foreach (string error in Errors(endpoint, _global, snapshot))
        {
            LogMissing(error);
        }

        List<RequireLimitAttribute> required = Required(endpoint, out bool isDisabled);
        EndpointTemplate? template = options.Value.EndpointSource == EndpointSource.Route ? EndpointTemplate.Of(endpoint) : null;
        string[] global = isDisabled ? [] : _global;
        EnforcedPolicy[] enforced =
        [
            .. from name in required.Select(each => LimitSelection.PolicyIn(each.Name)).Concat(global).Distinct()
               where snapshot.Policies.ContainsKey(name)
               from each in LimitSelection.Of(
                   snapshot.Policies[name].Policy, [.. required.Where(each => LimitSelection.PolicyIn(each.Name) == name)],
                   global.Contains(name), template, counters)
               select each,
        ];
        var plan = new EndpointPlan(endpoint, snapshot, enforced);
        if (endpoint is not null)
        {
            _plans.AddOrUpdate(endpoint, plan);
        }

        return plan;
    }

    // In the order of the metadata, so that an endpoint can require limits that its group has disabled.
    private static List<RequireLimitAttribute> Required(Endpoint? endpoint, out bool isDisabled)
    {
        List<RequireLimitAttribute> required = [];
        isDisabled = false;
        foreach (object metadata in endpoint?.Metadata ?? EndpointMetadataCollection.Empty)
        {
            if (metadata is DisableLimitsAttribute)
            {
                required.Clear();
                isDisabled = true;
            }
            else if (metadata is RequireLimitAttribute limit)
            {
                required.Add(limit);
            }
        }

        return required;
    }

    /// <summary>Returns what the name of a policy or limit does not mean, in one sentence; null if it exists.</summary>
    public static string? Error(string name, PolicySnapshot snapshot)
    {
        string policy = LimitSelection.PolicyIn(name);
        if (!snapshot.Policies.TryGetValue(policy, out PolicyEntry? entry))
        {
            string policies = string.Join(", ", snapshot.Policies.Keys.Order(StringComparer.Ordinal));
            return $"there is no policy '{policy}'; the policies are {policies}";
        }

        string[] limits = [.. entry.Policy.Limits.Select(limit => limit.Name)];
        return LimitSelection.LimitIn(name) is { } limit && !limits.Contains(limit)
            ? $"the policy '{policy}' has no limit '{limit}'; it has {string.Join(", ", limits)}"
            : null;
    }

    [LoggerMessage(1, LogLevel.Error, "A limit is not enforced: {Error}")]
    private partial void LogMissing(string error);
}
