namespace OrleansLimiter.Cluster;

/// <summary>The states of groups that a silo hands over to another one.</summary>
/// <param name="groups">The groups.</param>
[GenerateSerializer, Immutable, Alias("limiter.hand-over")]
public sealed class HandOverMessage(GroupStateData[] groups)
{
    /// <summary>The groups.</summary>
    [Id(0)] public GroupStateData[] Groups { get; } = groups;
}

/// <summary>The state of a group.</summary>
/// <param name="Scope">The <see cref="OrleansLimiter.Scope"/> of the group.</param>
/// <param name="Key">The key of the group's grain.</param>
/// <param name="State">The state, as <see cref="GroupSnapshot"/> writes it.</param>
/// <param name="Age">The time since the moment of the state, in units of 100 ns.</param>
/// <param name="Id">The id of the state, which is continued once although it can be sent several times.</param>
/// <param name="CountsForAccount">Whether the group counts against the bound of its account. An older silo sends false.</param>
[GenerateSerializer, Immutable, Alias("limiter.group-state")]
public readonly record struct GroupStateData(
    [property: Id(0)] byte Scope,
    [property: Id(1)] string Key,
    [property: Id(2)] byte[] State,
    [property: Id(3)] long Age,
    [property: Id(4)] long Id,
    [property: Id(5)] bool CountsForAccount = false)
{
    /// <summary>
    /// The names of the buckets whose counts survive a restart of all silos; null if there are none, and from an older silo.
    /// </summary>
    [Id(6)] public string[]? KeptBuckets { get; init; }
}

/// <summary>The reply to a <see cref="HandOverMessage"/>.</summary>
/// <param name="accepted">Whether the silo keeps the states of all groups. If not, it keeps none of them.</param>
[GenerateSerializer, Immutable, Alias("limiter.hand-over-answer")]
public sealed class HandOverReply(bool accepted)
{
    /// <summary>Whether the silo keeps the states of all groups. If not, it keeps none of them.</summary>
    [Id(0)] public bool Accepted { get; } = accepted;
}
