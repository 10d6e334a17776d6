namespace OrleansLimiter.Policies;

/// <summary>A set of values that distinguish requests in conditions.</summary>
internal abstract class Axis
{
    // A message must not list hundreds of values.
    private const int MaxListed = 6;

    /// <summary>The number of values.</summary>
    public abstract int Count { get; }

    /// <summary>Whether a key of a condition refers to the axis.</summary>
    public abstract bool Has(string key);

    /// <summary>Whether a value satisfies a term of a condition.</summary>
    public abstract bool Satisfies(int value, string key, HashSet<string> wanted);

    /// <summary>Describes some of the values, but not all.</summary>
    public abstract string Describe(IReadOnlyList<int> values);

    protected static string Or(string what, IReadOnlyList<string> words) => words.Count switch
    {
        1 => $"{what} {words[0]}",
        <= MaxListed => $"{what} {string.Join(", ", words.SkipLast(1))} or {words[^1]}",
        _ => $"{what} {string.Join(", ", words.Take(MaxListed))} or {words.Count - MaxListed} others",
    };
}

/// <summary>An attribute or the kind of the account. The last value of an open axis represents all values that no condition has.</summary>
internal sealed class ValueAxis(string key, IReadOnlyList<string> values, bool isOpen) : Axis
{
    public override int Count => values.Count + (isOpen ? 1 : 0);

    public override bool Has(string other) => other == key;

    public override bool Satisfies(int value, string other, HashSet<string> wanted) =>
        value < values.Count && wanted.Contains(values[value]);

    public override string Describe(IReadOnlyList<int> found)
    {
        if (!found.Contains(values.Count))
        {
            return Or(key, [.. found.Select(value => values[value])]);
        }

        string[] others = [.. Enumerable.Range(0, values.Count).Except(found).Select(value => values[value])];
        return Or($"{key} other than", others);
    }
}
