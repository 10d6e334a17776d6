
namespace OrleansLimiter.Cluster;

/// <summary>
/// Acquires permits in all groups of a request or in none. The groups are identified by their keys, so the sender need not know
/// where they are.
/// </summary>
/// <param name="groups">The groups, in the order of their scopes; no scope twice.</param>
/// <param name="cost">The number of permits, 1 or more.</param>
/// <param name="id">The id of the acquisition; 0 for none.</param>
/// <param name="silosVersion">The version of the sender's list of silos; 0 for none.</param>
[GenerateSerializer, Immutable, Alias("limiter.acquisition")]
public sealed class AcquisitionMessage(GroupAcquisition[] groups, int cost, long id, long silosVersion)
{
    /// <summary>The groups, in the order of their scopes; no scope twice.</summary>
    [Id(0)]
    public GroupAcquisition[] Groups { get; } = groups;

    /// <summary>The number of permits, 1 or more.</summary>
    [Id(1)]
    public int Cost { get; } = cost;

    /// <summary>The id of the acquisition; 0 for none.</summary>
    [Id(2)]
    public long OperationId { get; } = id;

    /// <summary>The version of the sender's list of silos; 0 for none.</summary>
    [Id(3)]
    public long SilosVersion { get; } = silosVersion;
}

/// <summary>A group of an <see cref="AcquisitionMessage"/>.</summary>
/// <param name="Scope">The <see cref="OrleansLimiter.Scope"/> of the group.</param>
/// <param name="Key">The key of the group's grain.</param>
/// <param name="Rules">The rule of each bucket; null at a silo that does not support them.</param>
/// <param name="MaxAccountGroups">As <see cref="BucketOperation.MaxAccountGroups"/>. An older front-end sends 0.</param>
[GenerateSerializer, Immutable, Alias("limiter.group-acquisition")]
public readonly record struct GroupAcquisition(
    [property: Id(0)] byte Scope,
    [property: Id(1)] string Key,
    [property: Id(2)] GroupRules? Rules,
    [property: Id(3)] int MaxAccountGroups = 0);

/// <summary>The reply to an <see cref="AcquisitionMessage"/>.</summary>
/// <param name="replies">
/// One reply for each group, in order, with the address of a group that is known. <see cref="GroupReplyData.NotExecuted"/> in all of
/// them if the groups could not decide in one step.
/// </param>
/// <param name="silosVersion">The version of the silo's list of silos.</param>
/// <param name="silos">The list, as <c>SiloAddress.ToParsableString</c> writes each; null if the sender's list is as new.</param>
[GenerateSerializer, Immutable, Alias("limiter.acquisition-answer")]
public sealed class AcquisitionReply(GroupReplyData[] replies, long silosVersion, string[]? silos)
{
    /// <summary>One reply for each group, in order.</summary>
    [Id(0)]
    public GroupReplyData[] Replies { get; } = replies;

    /// <summary>The version of the silo's list of silos.</summary>
    [Id(1)]
    public long SilosVersion { get; } = silosVersion;

    /// <summary>The list; null if the sender's list is as new.</summary>
    [Id(2)]
    public string[]? Silos { get; } = silos;
}

/// <summary>Requests the address of a group. The grain is activated if it is not active.</summary>
[GenerateSerializer, Immutable, Alias("limiter.locate")]
public sealed class LocateMessage
{
    /// <summary>The only instance.</summary>
    internal static LocateMessage Instance { get; } = new();
}
