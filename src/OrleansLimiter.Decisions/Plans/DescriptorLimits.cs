using System.Globalization;

namespace OrleansLimiter.Decisions;

/// <summary>Creates limits with the permits and the window of a descriptor of a rate limit service.</summary>
internal static class DescriptorLimits
{
    // No attribute has a name with a capital letter, so no value of `key:` gives a bucket the same name.
    private const string Key = "Limit";

    /// <summary>
    /// The limit with other permits and another window. They are part of the names of its buckets, so that all requests of a bucket ask for
    /// the same rule. No permits are leased. A burst keeps its proportion, as with an override.
    /// </summary>
    /// <returns>The limit; the given one if there is an error.</returns>
    public static PolicyLimit Of(PolicyLimit limit, long permits, TimeSpan window, out string? error)
    {
        error = null;
        var cases = ImmutableArray.CreateBuilder<LimitCase>(limit.Definition.Cases.Length);
        foreach (LimitCase each in limit.Definition.Cases)
        {
            Rule rule = each.Rule;
            long? burst = rule.Burst == 0 ? null : rule.Permits == 0 ? rule.Burst : Math.Max(1, rule.Burst * permits / rule.Permits);
            error = Rule.Validate(rule.Algorithm, permits, window, burst);
            if (error is not null)
            {
                error = $"for the limit '{limit.Name}': {error}";
                return limit;
            }

            cases.Add(each with { Rule = new(rule.Algorithm, (int)permits, window, (int?)burst) });
        }

        string value = string.Create(CultureInfo.InvariantCulture, $"{permits}/{(long)window.TotalSeconds}s");
        return new(limit.Definition with { Cases = cases.MoveToImmutable(), Lease = false }, limit.Index)
        {
            Bucket = BucketName.Of(limit.Name).With(Key, value),
            Replaces = limit,
        };
    }
}
