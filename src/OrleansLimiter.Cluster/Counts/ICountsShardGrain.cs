using Orleans.Concurrency;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Writes the counts of a part of all accounts to grain storage, so that they survive a restart of all silos. The key is the number of the
/// shard. Only silos call it.
/// </summary>
[Alias("limiter.ICountsShardGrain")]
internal interface ICountsShardGrain : IGrainWithIntegerKey
{
    /// <summary>Stores states. Calls that arrive while the storage is written share the next write.</summary>
    /// <returns>Whether the states are stored. If not, the caller sends them again.</returns>
    [Alias("store"), AlwaysInterleave, ResponseTimeout("00:00:15")]
    ValueTask<bool> StoreAsync(CountsMessage message);
}

/// <summary>States of groups that the storage must keep.</summary>
/// <param name="owner">
/// The address of the silo that holds the groups, with its generation, as <c>SiloAddress.ToParsableString</c> writes it.
/// </param>
/// <param name="isUrgent">Whether to write at once, because the silo stops.</param>
/// <param name="groups">The states, as <see cref="ReplicaFrameWriter"/> writes them.</param>
[GenerateSerializer, Immutable, Alias("limiter.counts")]
internal sealed class CountsMessage(string owner, bool isUrgent, byte[] groups)
{
    /// <summary>The address of the silo that holds the groups.</summary>
    [Id(0)] public string Owner { get; } = owner;

    /// <summary>Whether to write at once.</summary>
    [Id(1)] public bool IsUrgent { get; } = isUrgent;

    /// <summary>The states.</summary>
    [Id(2)] public byte[] Groups { get; } = groups;
}
