namespace OrleansLimiter.Cluster;

/// <summary>Requests a lease of permits of a group, or ends a lease, or both in one step.</summary>
[GenerateSerializer, Immutable, Alias("limiter.lease")]
public sealed class LeaseMessage(long group, GroupRules? rules, int wanted, long span, long id, long ended, int used)
{
    /// <summary>The number that the silo assigned to the group.</summary>
    [Id(0)] public long Group { get; } = group;

    /// <summary>The rule of the bucket; null if the silo does not support it.</summary>
    [Id(1)] public GroupRules? Rules { get; } = rules;

    /// <summary>The number of requested permits; 0 to only end a lease.</summary>
    [Id(2)] public int Wanted { get; } = wanted;

    /// <summary>The duration, in units of 100 ns.</summary>
    [Id(3)] public long Span { get; } = span;

    /// <summary>The id of the lease.</summary>
    [Id(4)] public long LeaseId { get; } = id;

    /// <summary>The id of a lease to end; 0 for none.</summary>
    [Id(5)] public long Ended { get; } = ended;

    /// <summary>The number of permits of the ended lease that were used.</summary>
    [Id(6)] public int Used { get; } = used;

    internal bool IsValid =>
        Rules is not null && LeaseId != 0 && Used >= 0 && Span > 0 && Span <= BucketGroup.MaxLeaseSpan.Ticks;
}

/// <summary>The reply to a <see cref="LeaseMessage"/>.</summary>
[GenerateSerializer, Immutable, Alias("limiter.lease-answer")]
public sealed class LeaseReply(int permits, long span, GroupReplyData group)
{
    /// <summary>The number of leased permits; 0 for none.</summary>
    [Id(0)] public int Permits { get; } = permits;

    /// <summary>The duration from the moment of the request, in units of 100 ns.</summary>
    [Id(1)] public long Span { get; } = span;

    /// <summary>The reply of the group afterwards.</summary>
    [Id(2)] public GroupReplyData Group { get; } = group;
}
