using System.Runtime.InteropServices;

namespace OrleansLimiter.Policies;

/// <summary>Values of one axis that satisfy the same conditions.</summary>
/// <param name="Values">The values.</param>
/// <param name="Holds">A bit for each condition: whether the values satisfy its terms of the axis.</param>
internal sealed record ValueClass(ImmutableArray<int> Values, ulong[] Holds)
{
    public static ImmutableArray<ValueClass> Of(Axis axis, ConditionList conditions)
    {
        (int Condition, string Key, HashSet<string> Values)[] terms =
        [
            .. from condition in Enumerable.Range(0, conditions.Count)
               from term in conditions[condition].Terms
               where axis.Has(term.Key)
               select (condition, term.Key, term.Values.ToHashSet()),
        ];
        return
        [
            .. Enumerable.Range(0, axis.Count)
                .Select(value => (Value: value, Holds: Satisfied(axis, value, terms, conditions.Count)))
                .GroupBy(pair => Convert.ToHexString(MemoryMarshal.AsBytes<ulong>(pair.Holds)))
                .Select(group => new ValueClass([.. group.Select(pair => pair.Value)], group.First().Holds)),
        ];
    }

    private static ulong[] Satisfied(Axis axis, int value, (int Condition, string Key, HashSet<string> Values)[] terms, int conditions)
    {
        var holds = new ulong[(conditions + 63) / 64];
        holds.AsSpan().Fill(ulong.MaxValue);
        foreach (var (condition, key, values) in terms)
        {
            if (!axis.Satisfies(value, key, values))
            {
                holds[condition >> 6] &= ~(1UL << condition);
            }
        }

        return holds;
    }
}
