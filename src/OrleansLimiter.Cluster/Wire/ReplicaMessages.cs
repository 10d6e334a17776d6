namespace OrleansLimiter.Cluster;

/// <summary>States of groups that a silo keeps as replicas for another one.</summary>
/// <param name="owner">
/// The address of the silo that held the groups, with its generation, as <c>SiloAddress.ToParsableString</c> writes it.
/// </param>
/// <param name="sequence">The number of the message among those of the owner. A state of a lower number never replaces one.</param>
/// <param name="settled">
/// The fingerprint of the list of silos by which the owner has sent all its groups to their silos. 0: not yet.
/// </param>
/// <param name="isForwarded">Whether another silo sends the states, because the owner has left.</param>
/// <param name="groups">The states, as <see cref="ReplicaFrameWriter"/> writes them.</param>
[GenerateSerializer, Immutable, Alias("limiter.replicas")]
public sealed class ReplicaMessage(string owner, long sequence, long settled, bool isForwarded, byte[] groups)
{
    /// <summary>The address of the silo that held the groups, with its generation.</summary>
    [Id(0)] public string Owner { get; } = owner;

    /// <summary>The number of the message among those of the owner, 1 or more. Of forwarded states: the highest number.</summary>
    [Id(1)] public long Sequence { get; } = sequence;

    /// <summary>The fingerprint of the list of silos by which the owner has sent all its groups; 0: not yet.</summary>
    [Id(2)] public long Settled { get; } = settled;

    /// <summary>Whether another silo sends the states, because the owner has left.</summary>
    [Id(3)] public bool IsForwarded { get; } = isForwarded;

    /// <summary>The states.</summary>
    [Id(4)] public byte[] Groups { get; } = groups;
}

/// <summary>The reply to a <see cref="ReplicaMessage"/>.</summary>
/// <param name="outcome">What became of the message: see the constants.</param>
/// <param name="earlier">The states of earlier owners; null if there are none.</param>
[GenerateSerializer, Immutable, Alias("limiter.replicas-answer")]
public sealed class ReplicaReply(byte outcome, byte[]? earlier = null)
{
    /// <summary>Every state is kept, as far as memory permits, or is older than the one that is kept.</summary>
    public const byte Accepted = 0;

    /// <summary>The silo of the key is not active, or keeps no replicas. Nothing is kept.</summary>
    public const byte NotHere = 1;

    /// <summary>The silo cannot read the message, or has received a later one. Nothing is kept.</summary>
    public const byte Refused = 2;

    /// <summary>What became of the message: see the constants.</summary>
    [Id(0)] public byte Outcome { get; } = outcome;

    /// <summary>
    /// The states that silos which have left had sent of groups in the message, as <see cref="ReplicaFrameWriter"/> writes them, so that
    /// the owner counts what it has missed; null if there are none.
    /// </summary>
    [Id(1)] public byte[]? Earlier { get; } = earlier;
}

/// <summary>Asks for the replica of one group.</summary>
/// <param name="group">The scope of the group as a byte, and the key of its grain in UTF-8.</param>
[GenerateSerializer, Immutable, Alias("limiter.find-replica")]
public sealed class FindReplicaMessage(byte[] group)
{
    /// <summary>The scope of the group as a byte, and the key of its grain in UTF-8.</summary>
    [Id(0)] public byte[] Group { get; } = group;
}

/// <summary>The reply to a <see cref="FindReplicaMessage"/>.</summary>
/// <param name="isHere">Whether the silo of the key is active and keeps replicas.</param>
/// <param name="state">The replica, as <see cref="ReplicaFrameWriter"/> writes it; null if there is none.</param>
/// <param name="view">The fingerprint of the list of silos that the silo knows.</param>
/// <param name="hasOthers">Whether the silo keeps replicas of any silo that is not in this list.</param>
[GenerateSerializer, Immutable, Alias("limiter.find-replica-answer")]
public sealed class FindReplicaReply(bool isHere, byte[]? state, long view, bool hasOthers)
{
    /// <summary>Whether the silo of the key is active and keeps replicas.</summary>
    [Id(0)] public bool IsHere { get; } = isHere;

    /// <summary>The replica, as <see cref="ReplicaFrameWriter"/> writes it; null if there is none.</summary>
    [Id(1)] public byte[]? State { get; } = state;

    /// <summary>The fingerprint of the list of silos that the silo knows.</summary>
    [Id(2)] public long View { get; } = view;

    /// <summary>Whether the silo keeps replicas of any silo that is not in this list.</summary>
    [Id(3)] public bool HasOthers { get; } = hasOthers;
}
