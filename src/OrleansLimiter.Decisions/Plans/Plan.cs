using System.Diagnostics;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The limits and groups of the requests of one combination. Immutable; shared by all these requests. It is a class, because plans with
/// overrides are cached by the identity of the plan.
/// </summary>
internal sealed class Plan
{
    private string? _quotas;

    public Plan(ImmutableArray<PlannedLimit> limits, Generation generation)
    {
        Limits = limits;
        Groups =
        [
            .. limits
                .Select((limit, place) => (limit, place))
                .GroupBy(each => each.limit.Limit.Definition.Scope)
                .OrderBy(group => group.Key)
                .Select(group => new PlannedGroup(
                    group.Key,
                    new([.. group.Select(each => each.limit.ToRule(each.limit.Bucket))], generation)
                    {
                        MayLease = limits.Length == 1 && limits[0].Limit.Lease,
                    },
                    [.. group.Select(each => each.place)],
                    group.Any(each => !each.limit.FreeKeys.IsEmpty))),
        ];
        bool isFixed = Groups.All(group => !group.HasFreeKeys);
        Only = limits.Length == 1 && isFixed ? Groups[0] : null;
        IsJoint = limits.Length > 1 && isFixed;
        Rules = [.. Groups.Select(group => group.Rules)];
        Order = new int[limits.Length];
        foreach ((int place, int reading) in Groups.SelectMany(group => group.Places).Select((place, reading) => (place, reading)))
        {
            Order[place] = reading;
        }
    }

    /// <summary>The limits that apply, in the policy's order.</summary>
    public ImmutableArray<PlannedLimit> Limits { get; }

    /// <summary>The groups, narrow scopes first; empty if no limit applies.</summary>
    public ImmutableArray<PlannedGroup> Groups { get; }

    /// <summary>The group of a plan with exactly one limit, whose bucket name is fixed; null for other plans.</summary>
    public PlannedGroup? Only { get; }

    /// <summary>Whether the fast path of a joint acquisition can decide: a few limits with fixed bucket names.</summary>
    public bool IsJoint { get; }

    /// <summary>The rules of each group.</summary>
    public GroupRules[] Rules { get; }

    /// <summary>For each limit, the index of its reading among the readings of all groups, group after group.</summary>
    public int[] Order { get; }

    /// <summary>The header <c>RateLimit-Policy</c> of the rules, created when it is first needed.</summary>
    public string Quotas => _quotas ??= StandardHeader.Quotas(Limits);
}

/// <summary>A limit with its rule for a combination.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Rule">Its rule.</param>
/// <param name="Bucket">The name of the bucket, as far as the combination determines it.</param>
/// <param name="FreeKeys">The names in <c>key:</c> whose values depend on the request.</param>
internal sealed record PlannedLimit(PolicyLimit Limit, Rule Rule, BucketName Bucket, ImmutableArray<Dimension> FreeKeys)
{
    /// <summary>
    /// The limit of the policy, if this one is that of a descriptor: an override of the account applies to the policy's; otherwise null.
    /// </summary>
    public PlannedLimit? Own { get; init; }

    /// <summary>The rule of a bucket of the limit.</summary>
    public BucketRule ToRule(in BucketName bucket) => new(bucket.ToString(), Rule) { Survive = Limit.Definition.Survive };
}

/// <summary>A group of a plan.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Rules">The rules.</param>
/// <param name="Places">The index of each reading in the decision.</param>
/// <param name="HasFreeKeys">Whether a bucket's name must be completed for each request.</param>
internal sealed record PlannedGroup(Scope Scope, GroupRules Rules, ImmutableArray<int> Places, bool HasFreeKeys)
{
    private static readonly int s_noEndpointHash = "".GetHashCode();

    private readonly bool _hasEndpoint = ScopeDescriptor.Of(Scope).HasEndpoint;
    private readonly GroupQualifier _qualifier = ScopeDescriptor.Of(Scope).Qualifier;
    private GroupRules? _local;

    /// <summary>Creates the key of the group for a request.</summary>
    public GroupKey KeyFor(Policy policy, in LimitRequest request) => KeyFor(policy, request, request.Account.Name.GetHashCode());

    /// <summary>Creates the key with the hash of the name of the account, which is the same for all groups of a request.</summary>
    public GroupKey KeyFor(Policy policy, in LimitRequest request, int accountHash)
    {
        string qualifier = Qualifier(policy, request);
        return _hasEndpoint
            ? new(Scope, policy.Name, request.Account, request.Endpoint.Name, qualifier, policy.EndpointHash(request.Endpoint), accountHash)
            : new(Scope, policy.Name, request.Account, "", qualifier, s_noEndpointHash, accountHash);
    }

    /// <summary>The maximum number of groups of the account, if the caller can choose a part of the key freely; otherwise 0.</summary>
    public int MaxAccountGroups(Policy policy, in LimitRequest request)
    {
        bool isFree = (_hasEndpoint && policy.HasOwnGroups(request.Endpoint)) || _qualifier switch
        {
            GroupQualifier.None => false,
            GroupQualifier.Mode => policy.HasOpenModes,
            GroupQualifier.Resource => request.Endpoint.Resource.Length > 0,
            _ => throw new UnreachableException(),
        };
        return isFree ? policy.Definition.AccountGroups.Max : 0;
    }

    private string Qualifier(Policy policy, in LimitRequest request) => _qualifier switch
    {
        GroupQualifier.None => "",
        GroupQualifier.Mode => policy.ModeOf(request.Attributes),
        GroupQualifier.Resource => request.Endpoint.Resource,
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// The rules for the fallback store in this process. A plan belongs to one policy, which has one share, so the rules are computed
    /// once, when first needed.
    /// </summary>
    public GroupRules LocalRules(decimal share) => _local ??= LocalShare.Of(Rules, share);
}
