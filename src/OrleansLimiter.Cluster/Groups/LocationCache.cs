namespace OrleansLimiter.Cluster;

/// <summary>
/// A bounded cache of the locations of recently used groups. A group is removed if it was not used while half the maximum number of
/// other groups were, or between two calls of <see cref="Trim"/>; its location is then found again through its grain.
/// </summary>
/// <param name="max">The maximum number of groups with short names, 2 or more. A group with long names takes the room of several.</param>
internal sealed class LocationCache(int max)
{
    /// <summary>The part of the memory that is available to this process that the cache may use: an eighth.</summary>
    private const int MemoryPart = 8;

    /// <summary>The memory for one group: its key, its location, and an entry in a dictionary that grows by doubling.</summary>
    private const int BytesPerGroup = 400;

    private const int MinGroups = 1 << 18;

    /// <summary>The number of groups up to which <see cref="Trim"/> removes nothing: 16,384, which need 7 MB.</summary>
    public const int KeptGroups = 1 << 14;

    private readonly Lock _rotation = new();
    private volatile Segment _current = new();
    private volatile Segment _previous = new();

    /// <summary>
    /// The maximum number of groups for the memory of this process. Half of the groups can be removed at any time, so the maximum is at
    /// least twice the number of living groups of a silo in this process.
    /// </summary>
    /// <param name="local">The maximum number of living groups of a silo in this process; 0 if there is none.</param>
    public static int MaxFor(int local) => (int)Math.Clamp(
        Math.Max(2L * local, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryPart / BytesPerGroup), MinGroups, int.MaxValue / 2);

    /// <summary>Finds the location of a group; null if it is not cached.</summary>
    public GroupLocation? Find(in GroupKey key)
    {
        if (!_current.Groups.TryGetValue(key, out GroupLocation? group) && _previous.Groups.TryGetValue(key, out group))
        {
            Add(key, group);
        }

        return group;
    }

    /// <summary>Adds or replaces the location of a group.</summary>
    public void Add(in GroupKey key, GroupLocation group)
    {
        Segment current = _current;
        if (!current.Groups.TryAdd(key, group))
        {
            current.Groups[key] = group;
        }
        else if (Interlocked.Add(ref current.Size, SizeOf(key)) >= max / 2)
        {
            Rotate(current);
        }
    }

    /// <summary>Removes a location that is no longer correct.</summary>
    public void Remove(in GroupKey key, GroupLocation group)
    {
        _current.Remove(key, group);
        _previous.Remove(key, group);
    }

    /// <summary>Discards the cached refusals and the leases of an account.</summary>
    public void Reset(Account account, Instant now)
    {
        foreach ((_, GroupLocation group) in _current.Groups.Concat(_previous.Groups).Where(pair => pair.Key.Account == account))
        {
            (group.Refusal, group.JointRefusal) = (null, null);
            group.Leased?.Drop(now);
        }
    }

    /// <summary>
    /// Discards the groups that were not used since the last call, if there are more than <see cref="KeptGroups"/>. So the memory of a
    /// flood of keys is given back although no further keys replace them.
    /// </summary>
    public void Trim()
    {
        if (Volatile.Read(ref _current.Size) + Volatile.Read(ref _previous.Size) > KeptGroups)
        {
            Rotate(_current);
        }
    }

    // The room of short names is included in the room of a group.
    private static int SizeOf(in GroupKey key) =>
        1 + (sizeof(char) * (key.Account.Name.Length + key.Endpoint.Length + key.Qualifier.Length) / BytesPerGroup);

    // Discards the groups that were not used since the last rotation.
    private void Rotate(Segment full)
    {
        lock (_rotation)
        {
            if (_current == full)
            {
                (_previous, _current) = (full, new());
            }
        }
    }

    private sealed class Segment
    {
        public int Size;

        public StripedDictionary<GroupKey, GroupLocation> Groups { get; } = new();

        public void Remove(in GroupKey key, GroupLocation group)
        {
            if (Groups.TryRemove(new(key, group)))
            {
                Interlocked.Add(ref Size, -SizeOf(key));
            }
        }
    }
}
