namespace OrleansLimiter.Policies;

/// <summary>Finds limits that can apply together and write the same header differently.</summary>
internal static class HeaderConflicts
{
    public static void Run(ImmutableArray<LimitDraft> limits, Combinations combinations, PolicyErrorList errors)
    {
        Conflict[] conflicts = [.. Between(limits)];
        if (conflicts.Length == 0)
        {
            return;
        }

        var conditions = new ConditionList();
        Applies[] applies = [.. limits.Select(conditions.Add)];
        bool[] occurs = new bool[conflicts.Length];
        combinations.Explore(conditions, conflicts.Length)?.ForEach(truth =>
        {
            for (int i = 0; i < conflicts.Length; i++)
            {
                occurs[i] |= applies[conflicts[i].First].In(truth) && applies[conflicts[i].Second].In(truth);
            }
        });
        foreach (var conflict in conflicts.Where((_, i) => occurs[i]).DistinctBy(conflict => conflict.Header.At))
        {
            var (header, other) = (conflict.Header.Definition, conflict.Other.Definition);
            errors.Add(conflict.Header.At,
                $"the limits '{limits[conflict.First].Name}' and '{limits[conflict.Second].Name}' can apply together, and both write "
                + $"'{header.Name}', as {Quoted.Of(other.Template)} and {Quoted.Of(header.Template)}; "
                + "rename one, or let one limit's 'when' exclude the other's");
        }
    }

    private static IEnumerable<Conflict> Between(ImmutableArray<LimitDraft> limits) =>
        from second in Enumerable.Range(0, limits.Length)
        where limits[second].IsValid
        from header in limits[second].Headers
        from first in Enumerable.Range(0, second)
        where limits[first].IsValid
        from other in limits[first].Headers
        where Differ(other, header)
        select new Conflict(first, second, other, header);

    // The variables of a template refer to its limit, so equal templates of two limits have different values.
    private static bool Differ(HeaderDraft a, HeaderDraft b) =>
        a.Definition.Name.Equals(b.Definition.Name, StringComparison.OrdinalIgnoreCase)
        && !(a.IsLiteral && b.IsLiteral && a.Definition.Template == b.Definition.Template);

    private readonly record struct Conflict(int First, int Second, HeaderDraft Other, HeaderDraft Header);
}
