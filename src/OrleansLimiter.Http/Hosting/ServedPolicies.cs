using System.Collections.Frozen;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>A policy in force and where its decisions are counted.</summary>
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
            pair => pair.Key, pair => new ServedPolicy(pair.Value.Policy, new(pair.Value.Policy, metrics.For(pair.Key))), StringComparer.Ordinal);
        _byText = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        Only = source.Only is { } only ? _byName[only.Policy.Name] : null;
        Names = string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal));
    }

    public PolicySnapshot Source { get; }

    /// <summary>The policy where exactly one is loaded; else null.</summary>
    public ServedPolicy? Only { get; }

    /// <summary>All names, for messages.</summary>
    public string Names { get; }

    public ServedPolicy? Find(ReadOnlySpan<char> name) => _byText.TryGetValue(name, out ServedPolicy? served) ? served : null;
}

/// <summary>The catalog's snapshot, dressed once for each change.</summary>
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

    // Two threads may both do this; their counters are the same, so either result will do.
    private ServedSnapshot Renew()
    {
        var renewed = new ServedSnapshot(catalog.Current, metrics);
        Volatile.Write(ref _current, renewed);
        return renewed;
    }
}
