using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>An acquisition or reservation, as front-ends of version 1 send it.</summary>
/// <param name="rules">What each bucket enforces; null at a silo that does not understand them.</param>
/// <param name="cost">Permits, 1 or more.</param>
/// <param name="id">The acquisition's id; 0: none.</param>
/// <param name="hold">Whether it is a reservation.</param>
[GenerateSerializer, Immutable, Alias("limiter.take")]
public sealed class TakeMessage(GroupRules? rules, int cost, long id, bool hold)
{
    /// <summary>What each bucket enforces; null at a silo that does not understand them.</summary>
    [Id(0)]
    public GroupRules? Rules { get; } = rules;

    /// <summary>Permits, 1 or more.</summary>
    [Id(1)]
    public int Cost { get; } = cost;

    /// <summary>The acquisition's id; 0: none.</summary>
    [Id(2)]
    public long TakeId { get; } = id;

    /// <summary>Whether it is a reservation.</summary>
    [Id(3)]
    public bool Hold { get; } = hold;

    internal BucketOperation ToOperation() => new(Hold ? OperationKind.Reserve : OperationKind.Acquire, Rules, Cost, new(TakeId));
}

/// <summary>A commit, as front-ends of version 1 send it.</summary>
/// <param name="id">The reservation's id.</param>
[GenerateSerializer, Immutable, Alias("limiter.confirm")]
public sealed class ConfirmMessage(long id)
{
    /// <summary>The reservation's id.</summary>
    [Id(0)]
    public long TakeId { get; } = id;

    internal BucketOperation ToOperation() => BucketOperation.Commit(new(TakeId));
}

/// <summary>A cancellation, as front-ends of version 1 send it.</summary>
/// <param name="rules">What to read; null at a silo that does not understand them.</param>
/// <param name="cost">The cost of the reading.</param>
/// <param name="id">The acquisition's id.</param>
[GenerateSerializer, Immutable, Alias("limiter.return")]
public sealed class ReturnMessage(GroupRules? rules, int cost, long id)
{
    /// <summary>What to read; null at a silo that does not understand them.</summary>
    [Id(0)]
    public GroupRules? Rules { get; } = rules;

    /// <summary>The cost of the reading.</summary>
    [Id(1)]
    public int Cost { get; } = cost;

    /// <summary>The acquisition's id.</summary>
    [Id(2)]
    public long TakeId { get; } = id;

    internal BucketOperation ToOperation() => new(OperationKind.Cancel, Rules, Cost, new(TakeId));
}

/// <summary>A read, as front-ends of version 1 send it.</summary>
/// <param name="rules">What to read; null at a silo that does not understand them.</param>
/// <param name="cost">The cost of the reading.</param>
[GenerateSerializer, Immutable, Alias("limiter.read")]
public sealed class ReadMessage(GroupRules? rules, int cost)
{
    /// <summary>What to read; null at a silo that does not understand them.</summary>
    [Id(0)]
    public GroupRules? Rules { get; } = rules;

    /// <summary>The cost of the reading.</summary>
    [Id(1)]
    public int Cost { get; } = cost;

    internal BucketOperation ToOperation() => new(OperationKind.Read, Rules, Cost, OperationId.None);
}
