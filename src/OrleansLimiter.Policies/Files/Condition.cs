namespace OrleansLimiter.Policies;

/// <summary>A condition on requests. Every term must hold; a condition without terms always holds.</summary>
/// <param name="Terms">The terms, in the file's order.</param>
public sealed record Condition(ImmutableArray<ConditionTerm> Terms)
{
    /// <summary>The condition that always holds.</summary>
    public static Condition Always { get; } = new([]);

    /// <summary>Whether the condition holds for a combination of values. Null is a value that no condition contains.</summary>
    public bool Holds(IReadOnlyDictionary<string, string?> combination) =>
        Terms.All(term => combination.TryGetValue(term.Key, out string? value) && value is not null && term.Values.Contains(value));
}

/// <summary>A key of a condition and its values.</summary>
/// <param name="Key">A built-in dimension or an attribute.</param>
/// <param name="Values">The values that satisfy it; at least one.</param>
public sealed record ConditionTerm(string Key, ImmutableArray<string> Values);
