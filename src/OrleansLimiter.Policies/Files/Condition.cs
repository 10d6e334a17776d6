using System.Collections.Immutable;

namespace OrleansLimiter.Policies.Files;

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

/// <summary>The conditions' names that every policy has without declaring them.</summary>
public static class BuiltIn
{
    /// <summary>The endpoint's name; <see cref="Other"/> stands for whatever no endpoint names.</summary>
    public const string Endpoint = "endpoint";

    /// <summary><c>read</c> (GET, HEAD, OPTIONS) or <c>write</c> (everything else).</summary>
    public const string Operation = "operation";

    /// <summary>The HTTP method: one of <see cref="Methods"/>, where <c>OTHER</c> stands for the rest.</summary>
    public const string Method = "method";

    /// <summary>The account's kind: <c>id</c> or <c>ip</c>.</summary>
    public const string Kind = "kind";

    /// <summary>The endpoint that stands for every unlisted path.</summary>
    public const string Other = "other";

    /// <summary>The values of <see cref="Method"/>.</summary>
    public static ImmutableArray<string> Methods { get; } =
        ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "OTHER"];
}
