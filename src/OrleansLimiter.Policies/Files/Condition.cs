using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>Every key must have one of its values; an empty condition always holds.</summary>
/// <param name="Terms">Keys and their values, in the file's order.</param>
public sealed record Condition(ImmutableArray<ConditionTerm> Terms)
{
    /// <summary>The condition that always holds.</summary>
    public static Condition Always { get; } = new([]);

    /// <summary>Whether it holds for a combination of values; null is a value that no condition mentions.</summary>
    public bool Holds(IReadOnlyDictionary<string, string?> combination)
    {
        foreach (ConditionTerm term in Terms)
        {
            if (!combination.TryGetValue(term.Key, out string? value) || value is null || !term.Values.Contains(value))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One key of a condition.</summary>
/// <param name="Key">A built-in name or an attribute.</param>
/// <param name="Values">The values that satisfy it; at least one.</param>
public sealed record ConditionTerm(string Key, ImmutableArray<string> Values);
