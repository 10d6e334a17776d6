namespace OrleansLimiter.Grains;

/// <summary>
/// What is sent again after silos have joined or left: the groups whose replica belongs on another silo now. Groups that have lost their
/// replica are first. Not thread-safe.
/// </summary>
/// <param name="self">The silo that holds the groups.</param>
/// <typeparam name="T">A group.</typeparam>
internal sealed class ReplicaResend<T>(SiloAddress self)
{
    /// <summary>The maximum number of groups that are sent again per second: 2,000.</summary>
    public const int PerSecond = 2_000;

    private Queue<T> _lost = new();
    private Queue<T> _moved = new();

    /// <summary>The number of groups that wait.</summary>
    public int Count => _lost.Count + _moved.Count;

    /// <summary>Adds the groups whose replica belongs on another silo by the new list. Those of earlier changes still wait.</summary>
    public void Add(IEnumerable<(T Group, ulong Account)> groups, ReplicaView before, ReplicaView now)
    {
        foreach ((T group, ulong account) in groups)
        {
            SiloAddress? from = before.TargetOf(account, self);
            SiloAddress? to = now.TargetOf(account, self);
            if (to is not null && !to.Equals(from))
            {
                (from is null || !now.Contains(from) ? _lost : _moved).Enqueue(group);
            }
        }
    }

    /// <summary>The groups to send in a time.</summary>
    public IEnumerable<T> Take(TimeSpan since)
    {
        long most = Math.Max(1, since.Ticks * PerSecond / TimeSpan.TicksPerSecond);
        for (long i = 0; i < most && (_lost.TryDequeue(out T? group) || _moved.TryDequeue(out group)); i++)
        {
            yield return group;
        }

        if (Count == 0)
        {
            (_lost, _moved) = (new(), new()); // returns the memory
        }
    }
}
