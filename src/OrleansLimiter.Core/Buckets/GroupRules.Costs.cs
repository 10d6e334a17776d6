namespace OrleansLimiter;

// Several requests that are decided together can use the same group with different costs and rules. Their rules are one object, which
// belongs to one operation and also has the costs, so that everything that passes rules on passes the costs on. Rules of one request have
// no costs: the cost of the operation counts for each rule.
public sealed partial class GroupRules
{
    private readonly GroupRules? _shared;
    private readonly ImmutableArray<RuleCost> _costs;

    private GroupRules(GroupRules shared, ImmutableArray<RuleCost> costs)
    {
        (Rules, Generation, MayLease, _shared, _costs) = (shared.Rules, shared.Generation, false, shared, costs);
        HasCharges = false;
        foreach (RuleCost cost in costs)
        {
            HasCharges |= cost.Charged > 0;
        }
    }

    /// <summary>The same rules without costs. Buckets refer to them.</summary>
    internal GroupRules Shared => _shared ?? this;

    /// <summary>What each rule costs instead of the cost of the operation; default for rules of one request.</summary>
    internal ImmutableArray<RuleCost> Costs => _costs;

    /// <summary>Whether the rules have costs of their own.</summary>
    internal bool HasCosts => _shared is not null;

    /// <summary>Whether an acquisition acquires permits of any bucket.</summary>
    internal bool HasCharges { get; } = true;

    /// <summary>Creates the same rules with costs.</summary>
    /// <exception cref="ArgumentException">A cost is not valid, or there is not one for each rule.</exception>
    internal GroupRules WithCosts(ImmutableArray<RuleCost> costs)
    {
        foreach (RuleCost cost in costs)
        {
            if (!cost.IsValid)
            {
                throw new ArgumentException($"{cost} is not a cost", nameof(costs));
            }
        }

        return costs.Length == Rules.Length
            ? new(Shared, costs)
            : throw new ArgumentException($"{Rules.Length} rules have {costs.Length} costs", nameof(costs));
    }

    /// <summary>The permits that an acquisition of a cost acquires of a bucket; 0 if it only reads it.</summary>
    internal int ChargedAt(int index, int cost) => _shared is null ? cost : _costs[index].Charged;

    /// <summary>The permits that the bucket must have for an operation of a cost.</summary>
    internal int CheckedAt(int index, int cost) => _shared is null ? cost : _costs[index].Checked;

    /// <summary>Whether two rules are those of equal operations, if the cost of both operations is the same.</summary>
    internal bool IsSame(GroupRules? other) =>
        ReferenceEquals(this, other)
        || (_shared is not null && ReferenceEquals(_shared, other?._shared) && _costs.AsSpan().SequenceEqual(other._costs.AsSpan()));

    /// <summary>The rules that are charged, by their cost. One part if the costs are equal; none if nothing is charged.</summary>
    internal IEnumerable<(GroupRules Rules, int Cost)> Parts()
    {
        var parts = Enumerable.Range(0, Rules.Length).Where(i => _costs[i].Charged > 0).GroupBy(i => _costs[i].Charged).ToList();
        return parts.Select(part => part.Count() == Rules.Length
            ? (Shared, part.Key)
            : (new GroupRules([.. part.Select(i => Rules[i])], Generation), part.Key));
    }
}
