namespace OrleansLimiter.Cluster;

/// <summary>
/// What a front-end knows of a group: where it lives, until when it refuses, and what is leased of it. Where it lives may be
/// wrong, and then costs a call.
/// </summary>
/// <param name="local">The group itself, where it lives in this process.</param>
/// <param name="channel">The way to its silo, where that is another process.</param>
/// <param name="number">Its number there.</param>
internal sealed class GroupLocation(BucketGroupEntry? local, SiloChannel? channel, long number)
{
    private CachedRefusal? _refusal;
    private LeasedGroup? _leased;

    /// <summary>The group itself; null where it lives in another process.</summary>
    public BucketGroupEntry? Local { get; } = local;

    /// <summary>The way to its silo; null where it lives in this process.</summary>
    public SiloChannel? Channel { get; } = channel;

    /// <summary>Its number in its silo.</summary>
    public long Number { get; } = number;

    /// <summary>The last refusal that may be repeated without asking; null: none.</summary>
    public CachedRefusal? Refusal
    {
        get => Volatile.Read(ref _refusal);
        set => Volatile.Write(ref _refusal, value);
    }

    /// <summary>What is leased of it; null where nothing ever was.</summary>
    public LeasedGroup? Leased => Volatile.Read(ref _leased);

    /// <summary>The same, from now on.</summary>
    public LeasedGroup BeLeased() => Leased ?? Interlocked.CompareExchange(ref _leased, new(Number, Channel!), null) ?? _leased!;
}
