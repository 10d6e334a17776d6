namespace OrleansLimiter.Policies;

/// <summary>Reads the numbers of a rule: <c>permits</c>, <c>window</c>, <c>burst</c>.</summary>
internal static class RuleSection
{
    /// <summary>Reads the rule of a limit or a case.</summary>
    /// <param name="fields">Where the numbers are.</param>
    /// <param name="what">What they belong to, for messages.</param>
    /// <param name="algorithm">The limit's algorithm; null if it is not known.</param>
    /// <param name="errors">Where errors go.</param>
    public static Rule? Read(Fields fields, string what, Algorithm? algorithm, PolicyErrorList errors)
    {
        int? permits = Number(fields.Require("permits"), $"permits of {what}", errors);
        var windowNode = fields.Require("window");
        TimeSpan? window = windowNode is null ? null : Values.Duration(windowNode, $"window of {what}", errors);
        var burstNode = fields.Find("burst");
        int? burst = Number(burstNode, $"burst of {what}", errors);
        if (burstNode is not null && algorithm is { } known && !AlgorithmDescriptor.Of(known).HasBurst)
        {
            errors.Add(fields.KeyAt("burst"), $"{what} has a burst, but only a {AlgorithmDescriptor.WithBurst} has one; leave it out");
            return null;
        }

        if (permits is null || window is null || algorithm is null || (burst is null && burstNode is not null))
        {
            return null;
        }

        if (Rule.Validate(algorithm.Value, permits.Value, window.Value, burst) is { } error)
        {
            errors.Add(fields.KeyAt("permits"), $"{what} cannot be counted: {error}");
            return null;
        }

        return new(algorithm.Value, permits.Value, window.Value, burst);
    }

    private static int? Number(YamlNode? node, string what, PolicyErrorList errors) =>
        node is null ? null : Values.Whole(node, what, 1, Rule.MaxPermits, errors);
}
