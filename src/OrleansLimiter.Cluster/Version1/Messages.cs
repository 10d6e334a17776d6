namespace OrleansLimiter.Cluster;

/// <summary>An acquisition or reservation, as front-ends of version 1 send it.</summary>
[GenerateSerializer, Immutable, Alias("limiter.take")]
public sealed class TakeMessage(GroupRules? rules, int cost, long id, bool hold)
{
    /// <summary>The rule of each bucket; null if the silo does not support the rules.</summary>
    [Id(0)] public GroupRules? Rules { get; } = rules;

    /// <summary>The number of permits, 1 or more.</summary>
    [Id(1)] public int Cost { get; } = cost;

    /// <summary>The id of the acquisition; 0 for none.</summary>
    [Id(2)] public long TakeId { get; } = id;

    /// <summary>Whether it is a reservation.</summary>
    [Id(3)] public bool Hold { get; } = hold;

    internal BucketOperation ToOperation() => new(Hold ? OperationKind.Reserve : OperationKind.Acquire, Rules, Cost, new(TakeId));
}

/// <summary>A commit, as front-ends of version 1 send it.</summary>
[GenerateSerializer, Immutable, Alias("limiter.confirm")]
public sealed class ConfirmMessage(long id)
{
    /// <summary>The id of the reservation.</summary>
    [Id(0)] public long TakeId { get; } = id;

    internal BucketOperation ToOperation() => BucketOperation.Commit(new(TakeId));
}

/// <summary>A cancellation, as front-ends of version 1 send it.</summary>
[GenerateSerializer, Immutable, Alias("limiter.return")]
public sealed class ReturnMessage(GroupRules? rules, int cost, long id)
{
    /// <summary>The rules to read; null if the silo does not support the rules.</summary>
    [Id(0)] public GroupRules? Rules { get; } = rules;

    /// <summary>The cost of the reading.</summary>
    [Id(1)] public int Cost { get; } = cost;

    /// <summary>The id of the acquisition.</summary>
    [Id(2)] public long TakeId { get; } = id;

    internal BucketOperation ToOperation() => new(OperationKind.Cancel, Rules, Cost, new(TakeId));
}

/// <summary>A read, as front-ends of version 1 send it.</summary>
[GenerateSerializer, Immutable, Alias("limiter.read")]
public sealed class ReadMessage(GroupRules? rules, int cost)
{
    /// <summary>The rules to read; null if the silo does not support the rules.</summary>
    [Id(0)] public GroupRules? Rules { get; } = rules;

    /// <summary>The cost of the reading.</summary>
    [Id(1)] public int Cost { get; } = cost;

    internal BucketOperation ToOperation() => new(OperationKind.Read, Rules, Cost, OperationId.None);
}
