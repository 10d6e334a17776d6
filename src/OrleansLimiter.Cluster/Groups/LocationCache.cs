using System.Collections.Concurrent;

namespace OrleansLimiter.Cluster;

/// <summary>
/// A bounded cache of the locations of recently used groups. A group is removed if it was not used while half the maximum number of
/// other groups were; its location is then found again through its grain.
/// </summary>
internal sealed class LocationCache(int max = LocationCache.DefaultMax)
{
    /// <summary>The maximum number of groups: 262,144, about 50 MB.</summary>
    public const int DefaultMax = 1 << 18;

    private readonly Lock _turning = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    /// <summary>Finds the location of a group; null if it is not cached.</summary>
    public GroupLocation? Find(in GroupKey key) =>
        _young.Groups.TryGetValue(key, out GroupLocation? known) ? known : FindOld(key);

    /// <summary>Adds or replaces the location of a group.</summary>
    public void Add(in GroupKey key, GroupLocation group)
    {
        Generation young = _young;
        if (young.Groups.TryAdd(key, group))
        {
            if (Interlocked.Increment(ref young.Count) >= max / 2)
            {
                Turn(young);
            }
        }
        else
        {
            young.Groups[key] = group;
        }
    }

    /// <summary>Removes a location that is no longer correct.</summary>
    public void Forget(in GroupKey key, GroupLocation group)
    {
        _young.Forget(key, group);
        _old.Forget(key, group);
    }

    /// <summary>Forgets what an account was refused and leased.</summary>
    public void Reset(Account account, Instant now)
    {
        foreach ((_, GroupLocation group) in _young.Groups.Concat(_old.Groups).Where(known => known.Key.Account == account))
        {
            group.Refusal = null;
            group.Leased?.Drop(now);
        }
    }

    private GroupLocation? FindOld(in GroupKey key)
    {
        if (!_old.Groups.TryGetValue(key, out GroupLocation? known))
        {
            return null;
        }

        Add(key, known);
        return known;
    }

    private void Turn(Generation young)
    {
        lock (_turning)
        {
            if (_young == young)
            {
                (_old, _young) = (young, new());
            }
        }
    }

    private sealed class Generation
    {
        public int Count;

        public ConcurrentDictionary<GroupKey, GroupLocation> Groups { get; } = new();

        public void Forget(in GroupKey key, GroupLocation group)
        {
            if (Groups.TryRemove(new(key, group)))
            {
                Interlocked.Decrement(ref Count);
            }
        }
    }
}
