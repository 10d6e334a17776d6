using System.Collections.Immutable;

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
        bool[] met = new bool[conflicts.Length];
        combinations.Explore(conditions, conflicts.Length)?.Any(truth =>
        {
            for (int i = 0; i < conflicts.Length; i++)
            {
                met[i] |= applies[conflicts[i].First].In(truth) && applies[conflicts[i].Second].In(truth);
            }

            return false;
        });
        foreach (var conflict in conflicts.Where((_, i) => met[i]).DistinctBy(conflict => conflict.Header.At))
        {
            var (header, rival) = (conflict.Header.Definition, conflict.Rival.Definition);
            errors.Add(conflict.Header.At,
                $"the limits '{limits[conflict.First].Name}' and '{limits[conflict.Second].Name}' can apply together, and both write "
                + $"'{header.Name}', as {Quoted.Of(rival.Template)} and {Quoted.Of(header.Template)}; "
                + "rename one, or let one limit's 'when' exclude the other's");
        }
    }

    private static IEnumerable<Conflict> Between(ImmutableArray<LimitDraft> limits) =>
        from second in Enumerable.Range(0, limits.Length)
        where limits[second].IsSound
        from header in limits[second].Headers
        from first in Enumerable.Range(0, second)
        where limits[first].IsSound
        from rival in limits[first].Headers
        where Differ(rival, header)
        select new Conflict(first, second, rival, header);

    // The variables of a template refer to its limit, so equal templates of two limits have different values.
    private static bool Differ(HeaderDraft a, HeaderDraft b) =>
        a.Definition.Name.Equals(b.Definition.Name, StringComparison.OrdinalIgnoreCase)
        && !(a.IsLiteral && b.IsLiteral && a.Definition.Template == b.Definition.Template);

    private readonly record struct Conflict(int First, int Second, HeaderDraft Rival, HeaderDraft Header);
}
