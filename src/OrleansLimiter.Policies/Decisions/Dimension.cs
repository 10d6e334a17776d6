using System.Collections.Immutable;
using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>One name that conditions or bucket names use, with the values that the policy tells apart.</summary>
internal sealed class Dimension
{
    private const string Read = "read";
    private const string Write = "write";

    private readonly int _attribute;
    private readonly string _default;

    private Dimension(string key, ImmutableArray<string?> values, int attribute = -1, string @default = "")
    {
        (Key, Values, _attribute, _default) = (key, values, attribute, @default);
    }

    /// <summary>The name.</summary>
    public string Key { get; }

    /// <summary>The values; null, always last, stands for any other.</summary>
    public ImmutableArray<string?> Values { get; }

    public static Dimension Of(PolicyDefinition policy, string key)
    {
        switch (key)
        {
            case BuiltIn.Endpoint:
                return new(key, [BuiltIn.Other, .. policy.Endpoints.Select(endpoint => endpoint.Name)]);
            case BuiltIn.Method:
                return new(key, [.. BuiltIn.Methods]);
            case BuiltIn.Operation:
                return new(key, [Read, Write]);
            case BuiltIn.Kind:
                return new(key, ["id", "ip"]);
        }

        int index = IndexOfAttribute(policy, key);
        AttributeDefinition attribute = policy.Attributes[index];
        return new(key, attribute.IsClosed ? [.. attribute.OneOf] : [.. Mentioned(policy, key), null], index, attribute.Default);
    }

    public int IndexIn(in LimitRequest request) => Key switch
    {
        BuiltIn.Endpoint => request.Endpoint.Index + 1,
        BuiltIn.Method => IndexOf(request.Method),
        BuiltIn.Operation => IsRead(request.Method) ? 0 : 1,
        BuiltIn.Kind => request.Account.Kind == AccountKind.Ip ? 1 : 0,
        _ => IndexOf(ValueIn(request)),
    };

    /// <summary>The value itself, for a bucket's name.</summary>
    public string ValueIn(in LimitRequest request) => Key switch
    {
        BuiltIn.Endpoint => request.Endpoint.Name,
        BuiltIn.Method or BuiltIn.Operation or BuiltIn.Kind => Values[IndexIn(request)]!,
        _ => _attribute < request.Attributes?.Length && request.Attributes[_attribute] is { } value ? value : _default,
    };

    public static bool IsRead(string method) => method is "GET" or "HEAD" or "OPTIONS";

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

    // Whatever is not among the values is the last: any other value, or OTHER of the methods.
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
