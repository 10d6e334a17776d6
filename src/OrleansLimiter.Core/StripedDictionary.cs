using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter;

/// <summary>
/// A concurrent dictionary for up to millions of keys, in 64 parts. A <see cref="ConcurrentDictionary{TKey,TValue}"/> copies every entry
/// when it grows, which stopped all threads that add for 50 ms at 200,000 keys. Here a part grows at a time.
/// </summary>
/// <remarks>The hash code of a key should be cheap, because it is computed twice.</remarks>
internal sealed class StripedDictionary<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    private const int Parts = 64;
    private const int Capacity = 32;

    private readonly ConcurrentDictionary<TKey, TValue>[] _parts = new ConcurrentDictionary<TKey, TValue>[Parts];

    public StripedDictionary()
    {
        for (int i = 0; i < Parts; i++)
        {
            // Capacities from 32 to 64 double at different numbers of keys, so that few parts grow at the same time.
            _parts[i] = new(concurrencyLevel: 2, Capacity + (i * Capacity / Parts));
        }
    }

    /// <summary>Sets the value of a key.</summary>
    public TValue this[TKey key]
    {
        set => PartOf(key)[key] = value;
    }

    public bool ContainsKey(TKey key) => PartOf(key).ContainsKey(key);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => PartOf(key).TryGetValue(key, out value);

    public TValue GetOrAdd(TKey key, Func<TKey, TValue> create) => PartOf(key).GetOrAdd(key, create);

    public bool TryAdd(TKey key, TValue value) => PartOf(key).TryAdd(key, value);

    public bool TryRemove(TKey key, [MaybeNullWhen(false)] out TValue value) => PartOf(key).TryRemove(key, out value);

    /// <summary>Removes a key if it has this value.</summary>
    public bool TryRemove(KeyValuePair<TKey, TValue> pair) => PartOf(pair.Key).TryRemove(pair);

    /// <summary>Enumerates the entries while others are added and removed.</summary>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()
    {
        foreach (ConcurrentDictionary<TKey, TValue> part in _parts)
        {
            foreach (KeyValuePair<TKey, TValue> pair in part)
            {
                yield return pair;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ConcurrentDictionary<TKey, TValue> PartOf(TKey key) => _parts[(uint)key.GetHashCode() % Parts];
}
