using System.Collections.Immutable;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>Questions about the conditions of overrides. They are compared by what they mean, not how they are written.</summary>
internal static class Conditions
{
    /// <summary>The same condition with sorted keys and values; null for one that always holds.</summary>
    public static Condition? Normal(Condition? condition) =>
        condition is null || condition.Terms.IsEmpty
            ? null
            : new([.. condition.Terms
                .OrderBy(term => term.Key, StringComparer.Ordinal)
                .Select(term => new ConditionTerm(term.Key, [.. term.Values.Distinct().Order(StringComparer.Ordinal)]))]);

    /// <summary>Whether two normal conditions are the same.</summary>
    public static bool Same(Condition? one, Condition? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null && one.Terms.Length == other.Terms.Length
            && one.Terms.Zip(other.Terms).All(pair =>
                pair.First.Key == pair.Second.Key && pair.First.Values.SequenceEqual(pair.Second.Values)));

    /// <summary>Whether a request could satisfy both, as far as the values themselves say.</summary>
    public static bool Overlap(Condition one, Condition other) =>
        one.Terms.All(term => Values(other, term.Key) is not { } values || term.Values.Any(value => values.Contains(value)));

    /// <summary>Whether it holds for a request.</summary>
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

    // Null for an attribute that the policy has dropped since.
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

    /// <summary>The values that a condition has for a key; null where it does not look at it.</summary>
    public static ImmutableArray<string>? Values(Condition condition, string key)
    {
        foreach (var term in condition.Terms)
        {
            if (term.Key == key)
            {
                return term.Values;
            }
        }

        return null;
    }
}
