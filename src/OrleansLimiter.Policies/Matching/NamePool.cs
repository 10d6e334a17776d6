using System.Collections.Concurrent;

namespace OrleansLimiter.Policies;

/// <summary>A cache of names, so that a route with many requests is one string. It affects allocations only.</summary>
internal sealed class NamePool
{
    /// <summary>The maximum number of names: 4,096. A full pool is cleared, so that random paths do not fill the memory.</summary>
    public const int Capacity = 4_096;

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private int _count;

    public NamePool() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Get(ReadOnlySpan<char> name)
    {
        if (_lookup.TryGetValue(name, out string? known))
        {
            return known;
        }

        if (Interlocked.Increment(ref _count) > Capacity)
        {
            _names.Clear();
            Volatile.Write(ref _count, 1);
        }

        string added = name.ToString();
        return _names.GetOrAdd(added, added);
    }
}
