using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>Reads <c>lease:</c> and whether the numbers of the limit are large enough for it.</summary>
internal static class LeaseSection
{
    // A lease is at most a quarter of what remains: of fewer, too little to be worth asking for.
    private const int MinCapacity = 100;

    public static bool Read(Fields fields, string what, ImmutableArray<CaseDraft> cases, PolicyErrorList errors)
    {
        if (fields.Find("lease") is not { } node
            || Values.Choice(node, $"lease of {what}", errors, PolicyWords.Lease) is not true)
        {
            return false;
        }

        Rule[] rules = [.. cases.Select(one => one.Rule).OfType<Rule>()];
        if (rules.FirstOrDefault(rule => rule.Capacity < MinCapacity) is { } small)
        {
            errors.Add(node.At,
                $"{what} has 'lease: auto' and a capacity of {small.Capacity}; a lease is a part of it, so at least {MinCapacity} is expected");
        }

        if (rules.Any(rule => rule.Window < BucketGroup.MaxLeaseSpan))
        {
            errors.Add(node.At, $"{what} has 'lease: auto' and a window under 1s; a lease lasts up to 1s, so at least that is expected");
        }

        return true;
    }
}
