using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace OrleansLimiter.Policies.Files.Checks;

/// <summary>Values of one dimension that satisfy the same conditions.</summary>
/// <param name="Values">The values.</param>
/// <param name="Holds">A bit for each condition: whether they satisfy what it says about the dimension.</param>
internal sealed record ValueClass(ImmutableArray<int> Values, ulong[] Holds)
{
    public static ImmutableArray<ValueClass> Of(Dimension dimension, ConditionList conditions)
    {
        var terms = TermsOf(dimension, conditions);
        return
        [
            .. Enumerable.Range(0, dimension.Count)
                .Select(value => (Value: value, Holds: Satisfied(dimension, value, terms, conditions.Count)))
                .GroupBy(pair => Convert.ToHexString(MemoryMarshal.AsBytes<ulong>(pair.Holds)))
                .Select(group => new ValueClass([.. group.Select(pair => pair.Value)], group.First().Holds)),
        ];
    }

    private static List<(int Condition, string Key, HashSet<string> Wanted)> TermsOf(Dimension dimension, ConditionList conditions)
    {
        var terms = new List<(int, string, HashSet<string>)>();
        for (int i = 0; i < conditions.Count; i++)
        {
            terms.AddRange(conditions[i].Terms
                .Where(term => dimension.Has(term.Key))
                .Select(term => (i, term.Key, term.Values.ToHashSet())));
        }

        return terms;
    }

    private static ulong[] Satisfied(
        Dimension dimension, int value, List<(int Condition, string Key, HashSet<string> Wanted)> terms, int conditions)
    {
        var holds = new ulong[(conditions + 63) / 64];
        holds.AsSpan().Fill(ulong.MaxValue);
        foreach (var (condition, key, wanted) in terms)
        {
            if (!dimension.Satisfies(value, key, wanted))
            {
                holds[condition >> 6] &= ~(1UL << condition);
            }
        }

        return holds;
    }
}
