using System.Collections.Immutable;
using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>One name that conditions or bucket names use, with the values that the policy tells apart.</summary>
internal sealed class Dimension
{
    private const string Read = "read";
    private const string Write = "write";

    private readonly Source _source;
    private readonly int _attribute;
    private readonly string _default;

    private Dimension(string key, Source source, ImmutableArray<string?> values, int attribute = -1, string @default = "")
    {
        (Key, _source, Values, _attribute, _default) = (key, source, values, attribute, @default);
    }

    private enum Source : byte
    {
        Endpoint,
        Method,
        Operation,
        Kind,
        Attribute,
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
                return new(key, Source.Endpoint, [BuiltIn.Other, .. policy.Endpoints.Select(endpoint => endpoint.Name)]);
            case BuiltIn.Method:
                return new(key, Source.Method, [.. BuiltIn.Methods]);
            case BuiltIn.Operation:
                return new(key, Source.Operation, [Read, Write]);
            case BuiltIn.Kind:
                return new(key, Source.Kind, ["id", "ip"]);
        }

        int index = IndexOfAttribute(policy, key);
        AttributeDefinition attribute = policy.Attributes[index];
        ImmutableArray<string?> values = attribute.IsClosed ? [.. attribute.OneOf] : [.. Mentioned(policy, key), null];
        return new(key, Source.Attribute, values, index, attribute.Default);
    }

    public int IndexIn(in LimitRequest request) => _source switch
    {
        Source.Endpoint => request.Endpoint.Index + 1,
        Source.Method => IndexOf(request.Method),
        Source.Operation => IsRead(request.Method) ? 0 : 1,
        Source.Kind => request.Account.Kind == AccountKind.Ip ? 1 : 0,
        _ => IndexOf(ValueIn(request)),
    };

    /// <summary>The value itself, for a bucket's name.</summary>
    public string ValueIn(in LimitRequest request) => _source switch
    {
        Source.Endpoint => request.Endpoint.Name,
        Source.Method or Source.Operation or Source.Kind => Values[IndexIn(request)]!,
        _ => ValueIn(request.Attributes),
    };

    /// <summary>The value of an attribute.</summary>
    public string ValueIn(string?[]? attributes) =>
        _attribute < attributes?.Length && attributes[_attribute] is { } value ? value : _default;

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
