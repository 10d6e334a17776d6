using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>All combinations that a policy distinguishes, with one axis for each dimension.</summary>
internal sealed class Combinations
{
    private readonly ImmutableArray<Axis> _axes;
    private readonly Mark _at;
    private readonly PolicyErrorList _errors;
    private long _looks;
    private bool _isExhausted;

    public Combinations(PolicyParts policy, RouteReach reach, PolicyErrorList errors)
    {
        var conditions = policy.Conditions.ToList();
        var axes = ImmutableArray.CreateBuilder<Axis>();
        axes.Add(new PlaceAxis(policy.Endpoints.Endpoints, reach));
        foreach (var attribute in policy.Identity.Attributes)
        {
            axes.Add(attribute.IsClosed
                ? new ValueAxis(attribute.Name, attribute.OneOf, isOpen: false)
                : new ValueAxis(attribute.Name, Mentioned(attribute.Name, conditions), isOpen: true));
        }

        foreach (var dimension in BuiltInDimension.All.Where(dimension => !dimension.IsOfRoute))
        {
            var values = dimension.Values(policy.Endpoints.Endpoints);
            axes.Add(new ValueAxis(dimension.Name, [.. values.Where(value => dimension.Missing(value, policy.Identity.Account) is null)], isOpen: false));
        }

        (_axes, _at, _errors) = (axes.ToImmutable(), policy.LimitsAt, errors);
        CheckSize(policy, conditions);
    }

    /// <summary>
    /// Prepares the exploration of every combination that the conditions distinguish; null if there are too many,
    /// which an error says once.
    /// </summary>
    /// <param name="conditions">The conditions that distinguish combinations.</param>
    /// <param name="questions">The number of predicates per combination, in addition to the conditions.</param>
    public Exploration? Explore(ConditionList conditions, int questions = 0)
    {
        if (_isExhausted)
        {
            return null;
        }

        var exploration = new Exploration(_axes, conditions);
        _looks += exploration.Combinations * (conditions.Count + questions);
        if (_looks > PolicyBounds.MaxLooks)
        {
            TooMany("limits and cases have too many combinations to check them all");
        }

        return _isExhausted ? null : exploration;
    }

    private void CheckSize(PolicyParts policy, List<Condition> conditions)
    {
        var keys = conditions.SelectMany(condition => condition.Terms.Select(term => term.Key))
            .Concat(policy.Limits.SelectMany(limit => limit.Key))
            .ToHashSet();
        string[] mentioned = [.. keys.Order(StringComparer.Ordinal)];
        double size = mentioned.Aggregate(1.0, (product, key) => product * ValuesOf(key, policy));
        if (size > PolicyBounds.MaxCombinations)
        {
            TooMany($"{Quoted.List(mentioned)} make more than {PolicyBounds.MaxCombinations} combinations");
        }
    }

    private int ValuesOf(string key, PolicyParts policy) => BuiltInDimension.Find(key) is { IsOfRoute: true } dimension
        ? dimension.Values(policy.Endpoints.Endpoints).Length
        : _axes.FirstOrDefault(axis => axis.Has(key))?.Count ?? 1;

    private void TooMany(string why)
    {
        _isExhausted = true;
        _errors.Add(_at, $"{why}; let conditions and 'key' mention fewer attributes or values");
    }

    private static string[] Mentioned(string attribute, List<Condition> conditions) =>
    [
        .. conditions.SelectMany(condition => condition.Terms)
            .Where(term => term.Key == attribute)
            .SelectMany(term => term.Values)
            .Distinct(),
    ];
}
