using System.Collections.Immutable;
using OrleansLimiter.Policies.Files.Messages;
using OrleansLimiter.Policies.Files.Reading;

namespace OrleansLimiter.Policies.Files.Checks;

/// <summary>All requests that a policy can tell apart: one dimension for each way in which they differ.</summary>
internal sealed class RequestSpace
{
    private readonly ImmutableArray<Dimension> _dimensions;
    private readonly Mark _limitsAt;
    private readonly FaultList _faults;
    private long _explored;

    public RequestSpace(PolicyParts policy, RouteReach reach, FaultList faults)
    {
        var dimensions = ImmutableArray.CreateBuilder<Dimension>();
        dimensions.Add(new PlaceDimension(policy.Endpoints.Endpoints, reach));
        foreach (var attribute in policy.Identity.Attributes)
        {
            dimensions.Add(attribute.IsClosed
                ? new ValueDimension(attribute.Name, attribute.OneOf, isOpen: false)
                : new ValueDimension(attribute.Name, Mentioned(attribute.Name, policy), isOpen: true));
        }

        // A call may name an account whatever the sources are, so `id` always occurs.
        string[] kinds = policy.Identity.Account.Contains(AccountSource.Ip) ? ["id", "ip"] : ["id"];
        dimensions.Add(new ValueDimension(BuiltIn.Kind, kinds, isOpen: false));
        _dimensions = dimensions.ToImmutable();
        _limitsAt = policy.LimitsAt;
        _faults = faults;
    }

    /// <summary>Whether the bound was reached: then a fault says so, and what was not looked at is not complained of.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Makes ready to look at every combination that some conditions can tell apart; null beyond the bound.</summary>
    public Exploration? Explore(ConditionList conditions)
    {
        var exploration = IsExhausted ? null : new Exploration(_dimensions, conditions);
        _explored += exploration?.Combinations ?? 0;
        if (exploration is not null && _explored > PolicyBounds.MaxCombinations)
        {
            IsExhausted = true;
            _faults.Add(_limitsAt, $"the conditions tell more than {PolicyBounds.MaxCombinations} combinations apart, "
                + "too many to check; let them mention fewer attributes or values");
        }

        return IsExhausted ? null : exploration;
    }

    private static string[] Mentioned(string attribute, PolicyParts policy) =>
    [
        .. policy.Limits
            .SelectMany(limit => limit.Cases.Select(one => one.When).Append(limit.When).Append(limit.Unless ?? Condition.Always))
            .Concat(policy.Unlimited.Entries.Select(entry => entry.When))
            .SelectMany(condition => condition.Terms)
            .Where(term => term.Key == attribute)
            .SelectMany(term => term.Values)
            .Distinct(),
    ];
}
