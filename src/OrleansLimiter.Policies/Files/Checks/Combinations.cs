namespace OrleansLimiter.Policies;

/// <summary>All combinations that a policy distinguishes, with one axis for each dimension.</summary>
internal sealed class Combinations
{
    private readonly ImmutableArray<Axis> _axes;
    private readonly Mark _at;
    private readonly PolicyErrorList _errors;
    private long _evaluations;
    private bool _isExhausted;

    public Combinations(PolicyParts policy, RouteReach reach, PolicyErrorList errors)
    {
        (_at, _errors) = (policy.LimitsAt, errors);
        var terms = policy.Conditions.SelectMany(condition => condition.Terms).ToList();
        var axes = ImmutableArray.CreateBuilder<Axis>();
        axes.Add(new RouteAxis(policy.Endpoints.Endpoints, reach));
        foreach (var attribute in policy.Identity.Attributes)
        {
            IEnumerable<string> values = attribute.IsClosed
                ? attribute.OneOf
                : terms.Where(term => term.Key == attribute.Name).SelectMany(term => term.Values).Distinct();
            axes.Add(new ValueAxis(attribute.Name, [.. values], isOpen: !attribute.IsClosed));
        }

        foreach (var dimension in BuiltInDimension.All.Where(dimension => !dimension.IsOfRoute))
        {
            var values = dimension.Values(policy.Endpoints.Endpoints)
                .Where(value => dimension.Missing(value, policy.Identity.Account) is null);
            axes.Add(new ValueAxis(dimension.Name, [.. values], isOpen: false));
        }

        _axes = axes.ToImmutable();
        var used = terms.Select(term => term.Key).Concat(policy.Limits.SelectMany(limit => limit.Key));
        string[] keys = [.. used.Distinct().Order(StringComparer.Ordinal)];
        if (keys.Aggregate(1.0, (product, key) => product * ValuesOf(key, policy)) > PolicyBounds.MaxCombinations)
        {
            AddTooMany($"{string.Join(", ", keys)} have more than {PolicyBounds.MaxCombinations} combinations");
        }
    }

    /// <summary>
    /// Prepares the exploration of every combination that the conditions distinguish. Returns null if there are too many, which is
    /// reported once.
    /// </summary>
    /// <param name="conditions">The conditions that distinguish combinations.</param>
    /// <param name="additional">The number of predicates for each combination, in addition to the conditions.</param>
    public Exploration? Explore(ConditionList conditions, int additional = 0)
    {
        if (_isExhausted)
        {
            return null;
        }

        var exploration = new Exploration(_axes, conditions);
        _evaluations += exploration.Combinations * (conditions.Count + additional);
        if (_evaluations <= PolicyBounds.MaxEvaluations)
        {
            return exploration;
        }

        AddTooMany("limits and cases have too many combinations to check them all");
        return null;
    }

    private int ValuesOf(string key, PolicyParts policy) => BuiltInDimension.Find(key) is { IsOfRoute: true } dimension
        ? dimension.Values(policy.Endpoints.Endpoints).Length
        : _axes.FirstOrDefault(axis => axis.Has(key))?.Count ?? 1;

    private void AddTooMany(string why)
    {
        _isExhausted = true;
        _errors.Add(_at, $"{why}; use fewer attributes or values in conditions and 'key'");
    }
}
