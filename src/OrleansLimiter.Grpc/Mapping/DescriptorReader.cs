using System.Runtime.CompilerServices;

namespace OrleansLimiter.Grpc;

/// <summary>Maps a descriptor to a request of a policy. Pure: no state, clock or store.</summary>
internal static class DescriptorReader
{
    /// <summary>The maximum number of descriptors of a request: 64.</summary>
    public const int MaxDescriptors = 64;

    /// <summary>The maximum number of entries of a descriptor: 64.</summary>
    public const int MaxEntries = 64;

    private const int MaxAttributes = 16;

    /// <summary>Maps a descriptor.</summary>
    /// <param name="policy">The policy of the domain.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="hits">The hits of the whole request; 0 counts as 1.</param>
    /// <param name="call">The request; default if there is a problem, or if the policy does not know the descriptor.</param>
    /// <param name="missing">What the policy does not know, or the account that is missing; null if the request can be decided.</param>
    /// <returns>The error of an invalid descriptor; null if there is none.</returns>
    public static string? Read(
        RlsPolicy policy, RateLimitDescriptor descriptor, uint hits, out LimitCall call, out string? missing)
    {
        (call, missing) = (default, null);
        Values values = default;
        string? error = ReadHits(descriptor, hits, out int cost) ?? ReadEntries(policy, descriptor, ref values, out missing);
        if (error is null && missing is null
            && !policy.Policy.Identity.HasAccount(values[RlsPolicy.Account], values[RlsPolicy.Ip]))
        {
            missing = $"the policy '{policy.Policy.Name}' finds no account in the descriptor; it knows the keys {policy.Keys}";
        }

        if (error is not null || missing is not null)
        {
            return error;
        }

        EndpointMatch endpoint = default;
        RequestIdentity identity = default;
        Policy? decides = policy.Policy;
        error = ReadMethod(values[RlsPolicy.Method], out string method)
            ?? ReadEndpoint(policy, method, values, out endpoint)
            ?? ReadIdentity(policy, values, out identity)
            ?? (descriptor.Limit is { } limit ? policy.TryGetWith(limit, out decides) : null);
        if (error is not null)
        {
            return error;
        }

        policy.Served.Tally.UnknownValues(identity.UnknownValues);
        call = new(decides!, new()
        {
            Account = identity.Account,
            Method = method,
            Endpoint = endpoint,
            Attributes = identity.Attributes,
            Cost = Math.Max(cost, 1),
            Peek = cost == 0,
        });
        return null;
    }

    private static string? ReadHits(RateLimitDescriptor descriptor, uint hits, out int cost)
    {
        ulong value = descriptor.HitsAddend ?? Math.Max(hits, 1);
        cost = value <= int.MaxValue ? (int)value : 0;
        return descriptor.IsNegativeHits ? "is_negative_hits is set; the limiter gives no permits back"
            : value > int.MaxValue ? $"hits_addend is {value}; at most {int.MaxValue} are expected"
            : null;
    }

    private static string? ReadEntries(RlsPolicy policy, RateLimitDescriptor descriptor, ref Values values, out string? missing)
    {
        missing = null;
        if (descriptor.Entries.Count is 0 or > MaxEntries)
        {
            return $"it has {descriptor.Entries.Count} entries; 1 to {MaxEntries} are expected";
        }

        for (int i = 0; i < descriptor.Entries.Count; i++)
        {
            RateLimitDescriptor.Types.Entry entry = descriptor.Entries[i];
            int field = policy.FieldOf(entry.Key);
            if (field >= 0 && values[field] is null)
            {
                values[field] = entry.Value;
            }
            else if (entry.Key.Length == 0)
            {
                return "an entry has an empty key";
            }
            else if (IsRepeated(descriptor, i))
            {
                return $"the key {Quote.Of(entry.Key)} is given twice; give it once";
            }
            else
            {
                missing ??= $"the policy '{policy.Policy.Name}' does not know the key {Quote.Of(entry.Key)}; it knows {policy.Keys}";
            }
        }

        return null;
    }

    private static bool IsRepeated(RateLimitDescriptor descriptor, int index)
    {
        bool isRepeated = false;
        for (int i = 0; i < index && !isRepeated; i++)
        {
            isRepeated = descriptor.Entries[i].Key == descriptor.Entries[index].Key;
        }

        return isRepeated;
    }

    private static string? ReadMethod(string? value, out string method)
    {
        method = "GET";
        if (value is null)
        {
            return null;
        }

        bool isMethod = MethodNames.TryNormalize(value, out string? normal, out string? error);
        method = normal ?? method;
        return isMethod ? null : error;
    }

    private static string? ReadEndpoint(RlsPolicy policy, string method, in Values values, out EndpointMatch endpoint)
    {
        (string? name, string? path, string? resource) = (values[RlsPolicy.Endpoint], values[RlsPolicy.Path], values[RlsPolicy.Resource]);
        endpoint = new(-1, BuiltIn.Other, "");
        if (name is not null)
        {
            return path is not null ? "it has a path and an endpoint; give one of them"
                : policy.Policy.Endpoints.TryByName(name, resource, out endpoint, out string? unnamed) ? null
                : unnamed;
        }

        return resource is not null ? "it has a resource without an endpoint; give both, or the path"
            : path is null || policy.Policy.Endpoints.TryMatch(method, path, out endpoint, out string? error) ? null
            : $"{policy.KeyOf(RlsPolicy.Path)}: {error}";
    }

    private static string? ReadIdentity(RlsPolicy policy, in Values values, out RequestIdentity identity) =>
        policy.Policy.Identity.TryRead(
            values[RlsPolicy.Account], values[RlsPolicy.Ip], values[RlsPolicy.FixedFields..][..policy.Attributes], out identity,
            out string? error)
            ? null
            : error;

    /// <summary>The values of a descriptor, by field; null for one that it does not have.</summary>
    [InlineArray(RlsPolicy.FixedFields + MaxAttributes)]
    private struct Values
    {
        private string? _first;
    }
}
