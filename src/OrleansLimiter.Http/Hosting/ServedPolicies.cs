using System.Collections.Frozen;

namespace OrleansLimiter.Http;

/// <summary>A policy in force, with its counters.</summary>
internal sealed record ServedPolicy(Policy Policy, PolicyTally Tally)
{
    private const int HeaderLength = 64;

    /// <summary>The estimated length of the response of the policy as JSON, in bytes.</summary>
    public int ResponseLength { get; } = LengthOf(Policy.Definition);

    private static int LengthOf(PolicyDefinition policy)
    {
        ResponsesDefinition responses = policy.Responses;
        int headers = responses.Always.Length + responses.Allowed.Length + responses.Denied.Length
            + policy.Limits.Sum(limit => limit.Headers.Length);
        return (HeaderLength * headers) + (responses.DeniedBody?.Length ?? 0);
    }
}

/// <summary>The policies of one snapshot. Immutable.</summary>
internal sealed class ServedSnapshot
{
    private readonly FrozenDictionary<string, ServedPolicy> _byName;
    private readonly FrozenDictionary<string, ServedPolicy>.AlternateLookup<ReadOnlySpan<char>> _byText;

    public ServedSnapshot(PolicySnapshot source, LimiterMetrics metrics, IReadOnlyDictionary<string, ServedPolicy> additional)
    {
        Source = source;
        _byName = source.Policies
            .Select(pair => KeyValuePair.Create(
                pair.Key, new ServedPolicy(pair.Value.Policy, new(pair.Value.Policy, metrics.For(pair.Key)))))
            .Concat(additional)
            .ToFrozenDictionary(StringComparer.Ordinal);
        _byText = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        Only = source.Only is { } only ? _byName[only.Policy.Name] : null;
        Names = string.Join(", ", source.Policies.Keys.Order(StringComparer.Ordinal));
    }

    public PolicySnapshot Source { get; }

    /// <summary>The policy, if exactly one is loaded; else null.</summary>
    public ServedPolicy? Only { get; }

    /// <summary>All names, for error messages.</summary>
    public string Names { get; }

    public ServedPolicy? Find(ReadOnlySpan<char> name) => _byText.TryGetValue(name, out ServedPolicy? served) ? served : null;
}

/// <summary>The current snapshot of the catalog, with counters. It is created once for each change of the catalog.</summary>
internal sealed class ServedPolicies(PolicyCatalog catalog, LimiterMetrics metrics)
{
    private volatile FrozenDictionary<string, ServedPolicy> _internal = FrozenDictionary<string, ServedPolicy>.Empty;
    private ServedSnapshot _current = new(catalog.Current, metrics, FrozenDictionary<string, ServedPolicy>.Empty);

    public ServedSnapshot Current
    {
        get
        {
            ServedSnapshot current = Volatile.Read(ref _current);
            return ReferenceEquals(current.Source, catalog.Current) ? current : Renew();
        }
    }

    /// <summary>
    /// Sets policies that requests find in addition to those of the catalog, by names that no file can have. No error lists them.
    /// </summary>
    public void SetInternal(IEnumerable<KeyValuePair<string, ServedPolicy>> policies)
    {
        _internal = policies.ToFrozenDictionary(StringComparer.Ordinal);
        Renew();
    }

    // Two threads may do this at the same time. Their results use the same counters, so either result is correct.
    private ServedSnapshot Renew()
    {
        var renewed = new ServedSnapshot(catalog.Current, metrics, _internal);
        Volatile.Write(ref _current, renewed);
        return renewed;
    }
}
