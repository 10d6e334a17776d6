using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace OrleansLimiter.Policies;

/// <summary>Values of one axis that satisfy the same conditions.</summary>
/// <param name="Values">The values.</param>
/// <param name="Holds">A bit for each condition: whether they satisfy what it says about the axis.</param>
internal sealed record ValueClass(ImmutableArray<int> Values, ulong[] Holds)
{
    public static ImmutableArray<ValueClass> Of(Axis axis, ConditionList conditions)
    {
        var terms = TermsOf(axis, conditions);
        return
        [
            .. Enumerable.Range(0, axis.Count)
                .Select(value => (Value: value, Holds: Satisfied(axis, value, terms, conditions.Count)))
                .GroupBy(pair => Convert.ToHexString(MemoryMarshal.AsBytes<ulong>(pair.Holds)))
                .Select(group => new ValueClass([.. group.Select(pair => pair.Value)], group.First().Holds)),
        ];
    }

    private static List<(int Condition, string Key, HashSet<string> Wanted)> TermsOf(Axis axis, ConditionList conditions)
    {
        var terms = new List<(int, string, HashSet<string>)>();
        for (int i = 0; i < conditions.Count; i++)
        {
            terms.AddRange(conditions[i].Terms
                .Where(term => axis.Has(term.Key))
                .Select(term => (i, term.Key, term.Values.ToHashSet())));
        }

        return terms;
    }

    private static ulong[] Satisfied(
        Axis axis, int value, List<(int Condition, string Key, HashSet<string> Wanted)> terms, int conditions)
    {
        var holds = new ulong[(conditions + 63) / 64];
        holds.AsSpan().Fill(ulong.MaxValue);
        foreach (var (condition, key, wanted) in terms)
        {
            if (!axis.Satisfies(value, key, wanted))
            {
                holds[condition >> 6] &= ~(1UL << condition);
            }
        }

        return holds;
    }
}
