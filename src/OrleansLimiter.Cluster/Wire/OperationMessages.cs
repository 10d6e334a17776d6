using Orleans;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Cluster;

/// <summary>An operation on its way to a group's grain.</summary>
/// <param name="kind">An <see cref="OperationKind"/>.</param>
/// <param name="rules">What each bucket enforces; null for a commit, and at a silo that does not understand them.</param>
/// <param name="cost">Permits, 1 or more; of no meaning for a commit.</param>
/// <param name="id">The acquisition's id; 0: none.</param>
[GenerateSerializer, Immutable, Alias("limiter.operation")]
public sealed class OperationMessage(byte kind, GroupRules? rules, int cost, long id)
{
    /// <summary>An <see cref="OperationKind"/>.</summary>
    [Id(0)]
    public byte Kind { get; } = kind;

    /// <summary>What each bucket enforces; null for a commit, and at a silo that does not understand them.</summary>
    [Id(1)]
    public GroupRules? Rules { get; } = rules;

    /// <summary>Permits, 1 or more; of no meaning for a commit.</summary>
    [Id(2)]
    public int Cost { get; } = cost;

    /// <summary>The acquisition's id; 0: none.</summary>
    [Id(3)]
    public long OperationId { get; } = id;

    internal static OperationMessage Of(in BucketOperation operation) =>
        new((byte)operation.Kind, operation.Rules, operation.Cost, operation.Id.Value);

    internal BucketOperation ToOperation() => new((OperationKind)Kind, Rules, Cost, new(OperationId));
}

/// <summary>Operations on groups of one silo, which travel together.</summary>
/// <param name="rules">The rules that the operations speak of, each once; null in place of what the silo does not understand.</param>
/// <param name="operations">The operations, in the order in which they are answered.</param>
[GenerateSerializer, Immutable, Alias("limiter.asks")]
public sealed class OperationsMessage(GroupRules?[] rules, OperationData[] operations)
{
    /// <summary>The rules that the operations speak of, each once; null in place of what the silo does not understand.</summary>
    [Id(0)]
    public GroupRules?[] Rules { get; } = rules;

    /// <summary>The operations, in the order in which they are answered.</summary>
    [Id(1)]
    public OperationData[] Operations { get; } = operations;
}

/// <summary>One of the operations that travel together.</summary>
/// <param name="Group">The number that the silo has given the group.</param>
/// <param name="Kind">An <see cref="OperationKind"/>.</param>
/// <param name="Rules">Which of the message's rules; of no meaning for a commit.</param>
/// <param name="Cost">Permits, 1 or more; of no meaning for a commit.</param>
/// <param name="OperationId">The acquisition's id; 0: none.</param>
[GenerateSerializer, Immutable, Alias("limiter.ask")]
public readonly record struct OperationData(
    [property: Id(0)] long Group,
    [property: Id(1)] byte Kind,
    [property: Id(2)] int Rules,
    [property: Id(3)] int Cost,
    [property: Id(4)] long OperationId)
{
    internal static OperationData Of(long group, in BucketOperation operation, int rules) =>
        new(group, (byte)operation.Kind, rules, operation.Cost, operation.Id.Value);

    internal BucketOperation ToOperation(GroupRules?[] rules) =>
        new((OperationKind)Kind, (uint)Rules < (uint)rules.Length ? rules[Rules] : null, Cost, new(OperationId));
}

/// <summary>The answers to operations that have travelled together.</summary>
/// <param name="replies">One for each operation, in order; <see cref="GroupReplyData.Gone"/> where no such group lives.</param>
[GenerateSerializer, Immutable, Alias("limiter.answers")]
public sealed class OperationsReply(GroupReplyData[] replies)
{
    /// <summary>One for each operation, in order; <see cref="GroupReplyData.Gone"/> where no such group lives.</summary>
    [Id(0)]
    public GroupReplyData[] Replies { get; } = replies;
}
