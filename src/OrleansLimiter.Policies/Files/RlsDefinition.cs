namespace OrleansLimiter.Policies;

/// <summary>How requests of Envoy's rate limit service (RLS) are mapped to the policy.</summary>
public sealed record RlsDefinition
{
    /// <summary>The domain whose requests the policy decides; null for the name of the policy.</summary>
    public string? Domain { get; init; }

    /// <summary>The fields whose descriptor entries have other keys than by default, in the file's order.</summary>
    public ImmutableArray<RlsEntry> Entries { get; init; } = [];

    /// <summary>The decision for a descriptor that the policy does not know. Default: <see cref="RlsMissing.Error"/>.</summary>
    public RlsMissing OnMissing { get; init; } = RlsMissing.Error;
}

/// <summary>A field of a request, and the key of the descriptor entry that contains it.</summary>
/// <param name="Field">One of <see cref="RlsFields"/>, or the name of an attribute.</param>
/// <param name="Key">The key: 1 to 128 characters.</param>
public sealed record RlsEntry(string Field, string Key);

/// <summary>The decision for a descriptor, or a domain, that no policy knows.</summary>
public enum RlsMissing
{
    /// <summary>The call is an error. Nothing is decided or counted; the client does what it does when the service fails.</summary>
    Error,

    /// <summary>The descriptor is allowed without a limit.</summary>
    Allow,

    /// <summary>The descriptor is over its limit, and with it the request. Nothing is counted.</summary>
    Deny,
}

/// <summary>The fields of a request that descriptor entries can contain, besides the attributes of the policy.</summary>
public static class RlsFields
{
    /// <summary>The fields and the default keys of their entries.</summary>
    public static ImmutableArray<RlsEntry> Defaults { get; } =
    [
        new("account", "account"), new("ip", "remote_address"), new("method", "method"), new("path", "path"),
        new("endpoint", "endpoint"), new("resource", "resource"),
    ];

    /// <summary>Returns the domain whose requests a policy decides.</summary>
    public static string DomainOf(PolicyDefinition policy) => policy.Rls.Domain ?? policy.Name;

    /// <summary>
    /// Returns the field of each key that descriptors of a policy can have. A key that the policy gives to one field is not the key of
    /// another by default.
    /// </summary>
    public static IReadOnlyDictionary<string, string> ByKey(PolicyDefinition policy)
    {
        var byKey = new Dictionary<string, string>(StringComparer.Ordinal);
        var renamed = new HashSet<string>(StringComparer.Ordinal);
        foreach (RlsEntry entry in policy.Rls.Entries)
        {
            byKey.Add(entry.Key, entry.Field);
            renamed.Add(entry.Field);
        }

        foreach (RlsEntry entry in Defaults.Concat(policy.Attributes.Select(attribute => new RlsEntry(attribute.Name, attribute.Name))))
        {
            if (renamed.Add(entry.Field))
            {
                byKey.TryAdd(entry.Key, entry.Field);
            }
        }

        return byKey;
    }
}
