namespace OrleansLimiter.Cluster;

/// <summary>
/// The state of a group in a front-end: its location, a cached refusal, and its quota lease. The location may be out of date,
/// which costs one more call.
/// </summary>
internal sealed class GroupLocation(BucketGroupEntry? local, SiloChannel? channel, long number)
{
    private LeasedGroup? _leased;

    /// <summary>The group; null if it is in another process.</summary>
    public BucketGroupEntry? Local { get; } = local;

    /// <summary>The channel to the silo of the group; null if the group is in this process.</summary>
    public SiloChannel? Channel { get; } = channel;

    /// <summary>The number of the group in its silo.</summary>
    public long Number { get; } = number;

    /// <summary>The cached refusal; null for none.</summary>
    public CachedRefusal? Refusal
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>The cached refusal of a joint acquisition in which this group is the first; null for none.</summary>
    public CachedJointRefusal? JointRefusal
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>The lease state; null if no permits were ever leased.</summary>
    public LeasedGroup? Leased => Volatile.Read(ref _leased);

    /// <summary>Returns the lease state, and creates it if necessary.</summary>
    public LeasedGroup GetOrCreateLeased() =>
        Leased ?? Interlocked.CompareExchange(ref _leased, new(Number, Channel!), null) ?? _leased!;
}
