namespace OrleansLimiter.Decisions;

/// <summary>A dimension of requests: a name used by conditions or bucket names, with the values that the policy distinguishes.</summary>
internal sealed class Dimension(
    string key, ImmutableArray<string?> values, BuiltInDimension? builtIn, int attribute = -1, string @default = "")
{
    public string Key { get; } = key;

    /// <summary>The values. The last one represents all other values; it is null if these have no common name.</summary>
    public ImmutableArray<string?> Values { get; } = values;

    /// <summary>Whether the value in a bucket's name is always one of <see cref="Values"/>.</summary>
    public bool IsFixed { get; private init; }

    public static Dimension Of(PolicyDefinition policy, string key)
    {
        if (BuiltInDimension.Find(key) is { } builtIn)
        {
            return new(key, [.. builtIn.Values(policy.Endpoints)], builtIn) { IsFixed = builtIn.IsFixed(policy) };
        }

        AttributeDefinition attribute = policy.Attributes.FirstOrDefault(attribute => attribute.Name == key)
            ?? throw new ArgumentException($"policy '{policy.Name}' has no attribute '{key}'", nameof(key));
        ImmutableArray<string?> values = attribute.IsClosed
            ? [.. attribute.OneOf]
            : [.. RequestSpace.Terms(policy).Where(term => term.Key == key).SelectMany(term => term.Values).Distinct(), null];
        return new(key, values, null, policy.Attributes.IndexOf(attribute), attribute.Default) { IsFixed = attribute.IsClosed };
    }

    public int IndexIn(in LimitRequest request) =>
        builtIn is null ? IndexOf(ValueIn(request.Attributes)) : builtIn.IndexIn(request, Values.Length);

    /// <summary>The value itself, for a bucket's name.</summary>
    public string ValueIn(in LimitRequest request) => builtIn is null ? ValueIn(request.Attributes) : builtIn.KeyIn(request);

    /// <summary>The value of an attribute.</summary>
    public string ValueIn(string?[]? attributes) =>
        attribute < attributes?.Length && attributes[attribute] is { } value ? value : @default;

    // A value that is not listed maps to the last one.
    private int IndexOf(string value)
    {
        for (int i = 0; i < Values.Length; i++)
        {
            if (Values[i] == value)
            {
                return i;
            }
        }

        return Values.Length - 1;
    }
}
