namespace OrleansLimiter.Grains;

/// <summary>The ids of states that were continued recently. Each is remembered for <see cref="MinAge"/> up to twice this time.</summary>
internal sealed class RecentIds
{
    /// <summary>The time for which an id is remembered at least: that for which a state is sent again.</summary>
    public static readonly TimeSpan MinAge = ReceivedGroups.MaxAge;

    private readonly Lock _lock = new();
    private HashSet<long> _current = [];
    private HashSet<long> _before = [];
    private long _since = TimeProvider.System.GetTimestamp();

    /// <summary>Adds an id. Returns false if it is remembered already.</summary>
    public bool TryAdd(long id)
    {
        lock (_lock)
        {
            if (TimeProvider.System.GetElapsedTime(_since) > MinAge)
            {
                (_before, _current, _since) = (_current, [], TimeProvider.System.GetTimestamp());
            }

            return !_before.Contains(id) && _current.Add(id);
        }
    }

    /// <summary>Removes an id.</summary>
    public void Remove(long id)
    {
        lock (_lock)
        {
            _ = _current.Remove(id) || _before.Remove(id);
        }
    }
}
