using System.Collections.Immutable;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>A dimension of requests: a name used by conditions or bucket names, with the values that the policy distinguishes.</summary>
internal sealed class Dimension
{
    private readonly BuiltInDimension? _builtIn;
    private readonly int _attribute;
    private readonly string _default;

    private Dimension(string key, ImmutableArray<string?> values, BuiltInDimension? builtIn, int attribute = -1, string @default = "")
    {
        (Key, Values, _builtIn, _attribute, _default) = (key, values, builtIn, attribute, @default);
    }

    /// <summary>The name.</summary>
    public string Key { get; }

    /// <summary>The values. The last one represents all other values, and is null if that has no name.</summary>
    public ImmutableArray<string?> Values { get; }

    public static Dimension Of(PolicyDefinition policy, string key)
    {
        if (BuiltInDimension.Find(key) is { } builtIn)
        {
            return new(key, [.. builtIn.Values(policy.Endpoints)], builtIn);
        }

        int index = IndexOfAttribute(policy, key);
        AttributeDefinition attribute = policy.Attributes[index];
        ImmutableArray<string?> values = attribute.IsClosed ? [.. attribute.OneOf] : [.. Mentioned(policy, key), null];
        return new(key, values, null, index, attribute.Default);
    }

    /// <summary>Whether the value in a bucket's name is always one of <see cref="Values"/>.</summary>
    public bool IsFixed(PolicyDefinition policy) => _builtIn?.IsFixed(policy) ?? Values.All(value => value is not null);

    public int IndexIn(in LimitRequest request) =>
        _builtIn is null ? IndexOf(ValueIn(request.Attributes)) : _builtIn.IndexIn(request, Values.Length);

    /// <summary>The value itself, for a bucket's name.</summary>
    public string ValueIn(in LimitRequest request) =>
        _builtIn is null ? ValueIn(request.Attributes) : _builtIn.KeyIn(request);

    /// <summary>The value of an attribute.</summary>
    public string ValueIn(string?[]? attributes) =>
        _attribute < attributes?.Length && attributes[_attribute] is { } value ? value : _default;

    private static int IndexOfAttribute(PolicyDefinition policy, string key)
    {
        for (int i = 0; i < policy.Attributes.Length; i++)
        {
            if (policy.Attributes[i].Name == key)
            {
                return i;
            }
        }

        throw new ArgumentException($"policy '{policy.Name}' has no attribute '{key}'", nameof(key));
    }

    private static IEnumerable<string> Mentioned(PolicyDefinition policy, string key) =>
        policy.Unlimited
            .Concat(policy.Limits.SelectMany(limit =>
                limit.Cases.Select(each => each.When).Append(limit.When).Append(limit.Unless ?? Condition.Always)))
            .SelectMany(condition => condition.Terms)
            .Where(term => term.Key == key)
            .SelectMany(term => term.Values)
            .Distinct();

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
