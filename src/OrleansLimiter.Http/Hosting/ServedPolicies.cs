using System.Collections.Frozen;

namespace OrleansLimiter.Http;

/// <summary>A policy in force, with its counters.</summary>
internal sealed record ServedPolicy(Policy Policy, PolicyTally Tally);

/// <summary>The policies of one snapshot. Immutable.</summary>
internal sealed class ServedSnapshot
{
    private readonly FrozenDictionary<string, ServedPolicy> _byName;
    private readonly FrozenDictionary<string, ServedPolicy>.AlternateLookup<ReadOnlySpan<char>> _byText;

    public ServedSnapshot(PolicySnapshot source, LimiterMetrics metrics)
    {
        Source = source;
        _byName = source.Policies.ToFrozenDictionary(
            pair => pair.Key,
            pair => new ServedPolicy(pair.Value.Policy, new(pair.Value.Policy, metrics.For(pair.Key))),
            StringComparer.Ordinal);
        _byText = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        Only = source.Only is { } only ? _byName[only.Policy.Name] : null;
        Names = string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal));
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
    private ServedSnapshot _current = new(catalog.Current, metrics);

    public ServedSnapshot Current
    {
        get
        {
            ServedSnapshot current = Volatile.Read(ref _current);
            return ReferenceEquals(current.Source, catalog.Current) ? current : Renew();
        }
    }

    // Two threads may do this at the same time. Their results use the same counters, so either result is correct.
    private ServedSnapshot Renew()
    {
        var renewed = new ServedSnapshot(catalog.Current, metrics);
        Volatile.Write(ref _current, renewed);
        return renewed;
    }
}
