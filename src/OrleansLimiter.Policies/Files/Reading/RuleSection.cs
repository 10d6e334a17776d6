namespace OrleansLimiter.Policies;

/// <summary>Reads a rule: <c>permits</c>, <c>window</c>, <c>burst</c>.</summary>
internal static class RuleSection
{
    /// <summary>Reads the rule of a limit or a case. Returns null if it, or the algorithm of the limit, is invalid.</summary>
    public static Rule? Read(Fields fields, string what, Algorithm? algorithm, PolicyErrorList errors)
    {
        int? permits = Values.Integer(fields.Require("permits"), $"permits of {what}", 1, Rule.MaxPermits, errors);
        TimeSpan? window = Values.Duration(fields.Require("window"), $"window of {what}", errors);
        int? burst = Values.Integer(fields.Find("burst"), $"burst of {what}", 1, Rule.MaxPermits, errors);
        bool hasBurst = fields.Find("burst") is not null;
        if (hasBurst && algorithm is { } known && !AlgorithmDescriptor.Of(known).HasBurst)
        {
            errors.Add(fields.KeyAt("burst"), $"{what} has a burst, but only a {AlgorithmDescriptor.WithBurst} has one; leave it out");
            return null;
        }

        if (permits is null || window is null || algorithm is null || (burst is null && hasBurst))
        {
            return null;
        }

        if (Rule.Validate(algorithm.Value, permits.Value, window.Value, burst) is { } error)
        {
            errors.Add(fields.KeyAt("permits"), $"{what} has an invalid rule: {error}");
            return null;
        }

        return new(algorithm.Value, permits.Value, window.Value, burst);
    }
}
