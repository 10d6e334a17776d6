namespace OrleansLimiter.Decisions;

/// <summary>Operations on the conditions of overrides. Conditions are compared by meaning, not by spelling.</summary>
internal static class Conditions
{
    /// <summary>The normal form of a condition, with sorted keys and values; null for a condition that always holds.</summary>
    public static Condition? Normal(Condition? condition) =>
        condition is null || condition.Terms.IsEmpty
            ? null
            : new([.. condition.Terms
                .OrderBy(term => term.Key, StringComparer.Ordinal)
                .Select(term => new ConditionTerm(term.Key, [.. term.Values.Distinct().Order(StringComparer.Ordinal)]))]);

    /// <summary>Whether two normal forms are equal.</summary>
    public static bool Same(Condition? one, Condition? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null && one.Terms.Length == other.Terms.Length
            && one.Terms.Zip(other.Terms, (a, b) => a.Key == b.Key && a.Values.SequenceEqual(b.Values)).All(isSame => isSame));

    /// <summary>Whether one request could satisfy both conditions.</summary>
    public static bool Overlap(Condition one, Condition other) =>
        one.Terms.All(term => Values(other, term.Key) is not { } values || term.Values.Any(value => values.Contains(value)));

    /// <summary>Whether a condition holds for a request.</summary>
    public static bool Holds(Condition condition, PolicyDefinition policy, in LimitRequest request)
    {
        foreach (var term in condition.Terms)
        {
            if (ValueOf(term.Key, policy, request) is not { } value || !term.Values.Contains(value))
            {
                return false;
            }
        }

        return true;
    }

    // Null for an attribute that the policy does not have any more.
    private static string? ValueOf(string key, PolicyDefinition policy, in LimitRequest request)
    {
        if (BuiltInDimension.Find(key) is { } builtIn)
        {
            return builtIn.ValueIn(request);
        }

        for (int i = 0; i < policy.Attributes.Length; i++)
        {
            if (policy.Attributes[i].Name == key)
            {
                return i < request.Attributes?.Length && request.Attributes[i] is { } value ? value : policy.Attributes[i].Default;
            }
        }

        return null;
    }

    /// <summary>The values of a condition for a key; null if it does not have the key.</summary>
    public static ImmutableArray<string>? Values(Condition condition, string key) =>
        condition.Terms.FirstOrDefault(term => term.Key == key)?.Values;
}
