namespace OrleansLimiter.Cluster;

// Messages that are classes must not become records: Orleans encodes the primary constructor of a record as a base type.

/// <summary>The wire format of an operation on the group of a grain.</summary>
[GenerateSerializer, Immutable, Alias("limiter.operation")]
public sealed class OperationMessage(byte kind, GroupRules? rules, int cost, long id, int maxAccountGroups = 0)
{
    /// <summary>An <see cref="OperationKind"/>.</summary>
    [Id(0)] public byte Kind { get; } = kind;

    /// <summary>The rule of each bucket; null for a commit, and if the silo does not support the rules.</summary>
    [Id(1)] public GroupRules? Rules { get; } = rules;

    /// <summary>The number of permits, 1 or more; ignored for a commit.</summary>
    [Id(2)] public int Cost { get; } = cost;

    /// <summary>The id of the acquisition; 0 for none.</summary>
    [Id(3)] public long OperationId { get; } = id;

    /// <summary>As <see cref="BucketOperation.MaxAccountGroups"/>. An older front-end sends 0.</summary>
    [Id(4)] public int MaxAccountGroups { get; } = maxAccountGroups;

    internal static OperationMessage Of(in BucketOperation operation) =>
        new((byte)operation.Kind, operation.Rules, operation.Cost, operation.Id.Value, operation.MaxAccountGroups);

    internal BucketOperation ToOperation() =>
        new((OperationKind)Kind, Rules, Cost, new(OperationId)) { MaxAccountGroups = MaxAccountGroups };
}

/// <summary>A batch of operations on groups of one silo.</summary>
[GenerateSerializer, Immutable, Alias("limiter.asks")]
public sealed class OperationsMessage(GroupRules?[] rules, OperationData[] operations)
{
    /// <summary>The rules of the operations, each once; null for rules that the silo does not support.</summary>
    [Id(0)] public GroupRules?[] Rules { get; } = rules;

    /// <summary>The operations; the replies have the same order.</summary>
    [Id(1)] public OperationData[] Operations { get; } = operations;
}

/// <summary>One operation of a batch.</summary>
/// <param name="Group">The number that the silo assigned to the group.</param>
/// <param name="Kind">An <see cref="OperationKind"/>, or <see cref="JointAcquire"/>.</param>
/// <param name="Rules">The index of the rules in the message; ignored for a commit.</param>
/// <param name="Cost">The number of permits, 1 or more; ignored for a commit.</param>
/// <param name="OperationId">The id of the acquisition; 0 for none.</param>
/// <param name="Following">In a joint acquisition, the number of operations after this one that belong to it; otherwise 0.</param>
/// <param name="MaxAccountGroups">As <see cref="BucketOperation.MaxAccountGroups"/>. An older front-end sends 0.</param>
[GenerateSerializer, Immutable, Alias("limiter.ask")]
public readonly record struct OperationData(
    [property: Id(0)] long Group,
    [property: Id(1)] byte Kind,
    [property: Id(2)] int Rules,
    [property: Id(3)] int Cost,
    [property: Id(4)] long OperationId,
    [property: Id(5)] int Following = 0,
    [property: Id(6)] int MaxAccountGroups = 0)
{
    /// <summary>
    /// The kind of the operations of a joint acquisition. They are executed together or not at all. It differs from
    /// <see cref="OperationKind.Acquire"/>, so that a silo that does not support joint acquisitions executes none of them.
    /// </summary>
    public const byte JointAcquire = 5;

    internal static OperationData Of(long group, in BucketOperation operation, int rules) =>
        new(group, (byte)operation.Kind, rules, operation.Cost, operation.Id.Value, MaxAccountGroups: operation.MaxAccountGroups);

    internal static OperationData OfJoint(long group, in BucketOperation acquisition, int rules, int following) =>
        new(group, JointAcquire, rules, acquisition.Cost, acquisition.Id.Value, following, acquisition.MaxAccountGroups);

    internal BucketOperation ToOperation(GroupRules?[] rules) => new(
        Kind == JointAcquire ? OperationKind.Acquire : (OperationKind)Kind,
        (uint)Rules < (uint)rules.Length ? rules[Rules] : null,
        Cost,
        new(OperationId)) { MaxAccountGroups = MaxAccountGroups };
}

/// <summary>The replies to a batch of operations.</summary>
[GenerateSerializer, Immutable, Alias("limiter.answers")]
public sealed class OperationsReply(GroupReplyData[] replies)
{
    /// <summary>One reply for each operation, in order; <see cref="GroupReplyData.Gone"/> if the silo does not have the group.</summary>
    [Id(0)] public GroupReplyData[] Replies { get; } = replies;
}
