namespace OrleansLimiter.Cluster;

/// <summary>A group whose permits may be leased: how much it is asked for, and the lease that is held.</summary>
/// <param name="number">Its number in its silo.</param>
/// <param name="channel">The way there.</param>
internal sealed class LeasedGroup(long number, SiloChannel channel)
{
    private QuotaLease? _held;
    private int _asked;
    private int _usedBefore;
    private int _asking;
    private long _dropped = long.MinValue;

    /// <summary>Its number in its silo.</summary>
    public long Number => number;

    /// <summary>The way there.</summary>
    public SiloChannel Channel => channel;

    /// <summary>The rules that it was asked under last.</summary>
    public GroupRules? Rules { get; private set; }

    /// <summary>The lease in use; null: none.</summary>
    public QuotaLease? Held => Volatile.Read(ref _held);

    /// <summary>Begins to ask for a lease; false if another caller does already.</summary>
    public bool TryBeginAsking() => Interlocked.Exchange(ref _asking, 1) == 0;

    /// <summary>Ends it.</summary>
    public void EndAsking() => Volatile.Write(ref _asking, 0);

    /// <summary>Whether it is looked at for the first time: what was counted before may have taken hours.</summary>
    public bool IsNew { get; set; } = true;

    /// <summary>How many permits it was asked for since the last look.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Counts permits that the group itself was asked for; how many since the last look.</summary>
    public int Count(GroupRules rules, int cost)
    {
        Rules = rules;
        return Interlocked.Add(ref _asked, cost);
    }

    /// <summary>How many permits were asked for since the last look, of the group and of its lease.</summary>
    public int Look()
    {
        int used = Held?.Used ?? 0;
        int since = Interlocked.Exchange(ref _asked, 0) + used - _usedBefore;
        _usedBefore = used;
        return since;
    }

    /// <summary>The group has forgotten its leases: what is held, or asked for before now, is used no more.</summary>
    public void Drop(Instant now)
    {
        Volatile.Write(ref _dropped, now.Ticks);
        Replace(null)?.Close();
    }

    /// <summary>Whether the group has forgotten what was asked of it at a moment.</summary>
    public bool HasDropped(Instant asked) => Volatile.Read(ref _dropped) >= asked.Ticks;

    /// <summary>Another lease, or none, takes the place of the one in use; which one that was.</summary>
    public QuotaLease? Replace(QuotaLease? lease)
    {
        QuotaLease? before = Interlocked.Exchange(ref _held, lease);
        _usedBefore = 0;
        return before;
    }
}
