namespace OrleansLimiter.Cluster;

/// <summary>A group whose permits may be leased: its demand, and the lease of this front-end.</summary>
/// <param name="number">The number of the group in its silo.</param>
/// <param name="channel">The channel to its silo.</param>
internal sealed class LeasedGroup(long number, SiloChannel channel)
{
    private QuotaLease? _lease;
    private int _demand;
    private int _usedBefore;
    private int _requesting;
    private long _dropped = long.MinValue;

    /// <summary>The number of the group in its silo.</summary>
    public long Number => number;

    /// <summary>The channel to the silo of the group.</summary>
    public SiloChannel Channel => channel;

    /// <summary>The rules of the last acquisition in the group.</summary>
    public GroupRules? Rules { get; private set; }

    /// <summary>The lease; null for none.</summary>
    public QuotaLease? Lease => Volatile.Read(ref _lease);

    /// <summary>Whether the group was not checked since it became busy. Its demand may have accumulated over hours.</summary>
    public bool IsNew { get; set; } = true;

    /// <summary>The number of permits that were requested from the group itself since the last check.</summary>
    public int Demand => Volatile.Read(ref _demand);

    /// <summary>Begins a request for a lease; false if one is in progress.</summary>
    public bool TryBeginRequest() => Interlocked.Exchange(ref _requesting, 1) == 0;

    /// <summary>Ends the request for a lease.</summary>
    public void EndRequest() => Volatile.Write(ref _requesting, 0);

    /// <summary>Adds an acquisition in the group itself, and returns the new <see cref="Demand"/>.</summary>
    public int AddDemand(GroupRules rules, int cost)
    {
        Rules = rules;
        return Interlocked.Add(ref _demand, cost);
    }

    /// <summary>Returns the number of permits that were requested from the group or its lease since the last call.</summary>
    public int TakeDemand()
    {
        int used = Lease?.Used ?? 0;
        int demand = Interlocked.Exchange(ref _demand, 0) + used - _usedBefore;
        _usedBefore = used;
        return demand;
    }

    /// <summary>Discards the lease, and every lease that was requested before, because the group was reset.</summary>
    public void Drop(Instant now)
    {
        Volatile.Write(ref _dropped, now.Ticks);
        Replace(null)?.Close();
    }

    /// <summary>Whether the group was reset since a lease was requested.</summary>
    public bool WasDroppedSince(Instant requested) => Volatile.Read(ref _dropped) >= requested.Ticks;

    /// <summary>Replaces the lease, and returns the previous one.</summary>
    public QuotaLease? Replace(QuotaLease? lease)
    {
        QuotaLease? previous = Interlocked.Exchange(ref _lease, lease);
        _usedBefore = 0;
        return previous;
    }
}
