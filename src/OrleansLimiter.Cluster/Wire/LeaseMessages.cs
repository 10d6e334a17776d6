using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>Asks for a lease of a group's permits, or ends one, or both in one step.</summary>
/// <param name="group">The number that the silo has given the group.</param>
/// <param name="rules">What the bucket enforces; null at a silo that does not understand it.</param>
/// <param name="wanted">How many permits are of use; 0: none, only to end a lease.</param>
/// <param name="span">For how long, in units of 100 ns.</param>
/// <param name="id">The lease's name.</param>
/// <param name="ended">A lease that ends; 0: none.</param>
/// <param name="used">How many of its permits were used.</param>
[GenerateSerializer, Immutable, Alias("limiter.lease")]
public sealed class LeaseMessage(long group, GroupRules? rules, int wanted, long span, long id, long ended, int used)
{
    /// <summary>The number that the silo has given the group.</summary>
    [Id(0)]
    public long Group { get; } = group;

    /// <summary>What the bucket enforces; null at a silo that does not understand it.</summary>
    [Id(1)]
    public GroupRules? Rules { get; } = rules;

    /// <summary>How many permits are of use; 0: none, only to end a lease.</summary>
    [Id(2)]
    public int Wanted { get; } = wanted;

    /// <summary>For how long, in units of 100 ns.</summary>
    [Id(3)]
    public long Span { get; } = span;

    /// <summary>The lease's name.</summary>
    [Id(4)]
    public long LeaseId { get; } = id;

    /// <summary>A lease that ends; 0: none.</summary>
    [Id(5)]
    public long Ended { get; } = ended;

    /// <summary>How many of its permits were used.</summary>
    [Id(6)]
    public int Used { get; } = used;

    internal bool IsUnderstood =>
        Rules is not null && LeaseId != 0 && Used >= 0 && Span > 0 && Span <= OrleansLimiter.BucketGroup.MaxLeaseSpan.Ticks;
}

/// <summary>What was leased.</summary>
/// <param name="permits">How many permits; 0: none.</param>
/// <param name="span">For how long from when it was asked, in units of 100 ns.</param>
/// <param name="group">What the group says after that.</param>
[GenerateSerializer, Immutable, Alias("limiter.lease-answer")]
public sealed class LeaseReply(int permits, long span, GroupReplyData group)
{
    /// <summary>How many permits; 0: none.</summary>
    [Id(0)]
    public int Permits { get; } = permits;

    /// <summary>For how long from when it was asked, in units of 100 ns.</summary>
    [Id(1)]
    public long Span { get; } = span;

    /// <summary>What the group says after that.</summary>
    [Id(2)]
    public GroupReplyData Group { get; } = group;
}
