using System.Collections.Frozen;

namespace OrleansLimiter.Grpc;

/// <summary>A policy in force, prepared for descriptors. Immutable.</summary>
internal sealed class RlsPolicy
{
    public const int Account = 0;
    public const int Ip = 1;
    public const int Method = 2;
    public const int Path = 3;
    public const int Endpoint = 4;
    public const int Resource = 5;

    /// <summary>The number of fields that are not attributes. The attributes follow, in the policy's order.</summary>
    public const int FixedFields = 6;

    private static readonly string[] FixedNames = ["account", "ip", "method", "path", "endpoint", "resource"];

    private readonly FrozenDictionary<string, int> _fields;
    private readonly DescriptorPolicies _others;

    public RlsPolicy(ServedPolicy served)
    {
        PolicyDefinition policy = served.Policy.Definition;
        (Served, OnMissing, Attributes) = (served, policy.Rls.OnMissing, policy.Attributes.Length);
        _fields = RlsFields.ByKey(policy).ToFrozenDictionary(pair => pair.Key, pair => IndexOf(policy, pair.Value), StringComparer.Ordinal);
        Keys = string.Join(", ", _fields.OrderBy(pair => pair.Value).Select(pair => pair.Key));
        _others = new(served.Policy);
        StaticBody = UnsafeByteOperations.UnsafeWrap(served.Policy.Templates.StaticDeniedBody);
    }

    public ServedPolicy Served { get; }

    public Policy Policy => Served.Policy;

    public RlsMissing OnMissing { get; }

    /// <summary>The number of attributes.</summary>
    public int Attributes { get; }

    /// <summary>The body of a refusal if it is always the same; else empty.</summary>
    public ByteString StaticBody { get; }

    /// <summary>Returns the index of the field that the entries of a key contain; -1 if the policy does not know the key.</summary>
    public int FieldOf(string key) => _fields.TryGetValue(key, out int field) ? field : -1;

    /// <summary>The key of a field, for messages.</summary>
    public string KeyOf(int field) => _fields.First(pair => pair.Value == field).Key;

    /// <summary>The keys that the policy knows, for messages.</summary>
    public string Keys { get; }

    /// <summary>Finds the policy for a descriptor with a limit of its own. Returns the error; null if there is none.</summary>
    public string? TryGetWith(RateLimitDescriptor.Types.RateLimitOverride limit, out Policy? policy) => _others.TryGet(limit, out policy);

    private static int IndexOf(PolicyDefinition policy, string field)
    {
        int index = Array.IndexOf(FixedNames, field);
        for (int i = 0; index < 0; i++)
        {
            index = policy.Attributes[i].Name == field ? FixedFields + i : -1;
        }

        return index;
    }
}
