namespace OrleansLimiter.Policies;

/// <summary>Reads <c>lease:</c> and checks that the rules of the limit are large enough for leases.</summary>
internal static class LeaseSection
{
    // A lease is at most a quarter of the remaining permits. Leases of smaller buckets have little effect.
    private const int MinCapacity = 100;

    public static bool Read(Fields fields, string what, ImmutableArray<CaseDraft> cases, PolicyErrorList errors)
    {
        if (Values.Choice(fields.Find("lease"), $"lease of {what}", errors, PolicyWords.Lease) is not true)
        {
            return false;
        }

        var at = fields.Find("lease")!.At;
        Rule[] rules = [.. cases.Select(limitCase => limitCase.Rule).OfType<Rule>()];
        if (rules.FirstOrDefault(rule => rule.Capacity < MinCapacity) is { } small)
        {
            errors.Add(at, $"{what} has 'lease: auto' and a capacity of {small.Capacity}; "
                + $"a lease is a part of it, so at least {MinCapacity} is expected");
        }

        if (rules.Any(rule => rule.Window < BucketGroup.MaxLeaseSpan))
        {
            errors.Add(at, $"{what} has 'lease: auto' and a window under 1s; a lease lasts up to 1s, so at least that is expected");
        }

        return true;
    }
}
