using System.Collections.Concurrent;

namespace OrleansLimiter.Policies;

/// <summary>
/// Keeps names that were built, so that a route which is asked for often is one string. It changes what is
/// allocated, never what is answered.
/// </summary>
internal sealed class NamePool
{
    /// <summary>Names that are kept. Random paths must not fill the memory; when they fill the pool, it begins anew.</summary>
    public const int Capacity = 4_096;

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private int _count;

    /// <summary>An empty pool.</summary>
    public NamePool() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The string of a name.</summary>
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

        string made = name.ToString();
        return _names.GetOrAdd(made, made);
    }
}
