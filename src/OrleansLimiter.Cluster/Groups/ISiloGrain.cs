using Orleans.Concurrency;

namespace OrleansLimiter.Cluster;

/// <summary>
/// The calls of a front-end to one silo: batches of operations on groups of the silo, and administration of the groups of an
/// account. The key is the address of the silo as <c>SiloAddress.ToParsableString</c> writes it; the grain is placed on that silo
/// only.
/// </summary>
[Alias("limiter.ISiloGrain")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>Executes operations in order; each group is identified by its number (<see cref="GroupAddress"/>).</summary>
    [Alias("ask"), ResponseTimeout(GrainCallTimeout.OfOthers), AlwaysInterleave]
    ValueTask<OperationsReply> ExecuteBatchAsync(OperationsMessage message);

    /// <summary>
    /// Acquires in all groups of a request or in none, in one step. The silo activates the groups that are not active. The groups
    /// cannot decide in one step if one of them is on another silo.
    /// </summary>
    [Alias("acquire"), ResponseTimeout(GrainCallTimeout.OfDecisions), AlwaysInterleave]
    ValueTask<AcquisitionReply> AcquireAsync(AcquisitionMessage message);

    /// <summary>Leases permits of a group, or ends a lease.</summary>
    [Alias("lease"), ResponseTimeout(GrainCallTimeout.OfOthers), AlwaysInterleave]
    ValueTask<LeaseReply> LeaseAsync(LeaseMessage message);

    /// <summary>
    /// Keeps the states of groups that another silo ends. Their grains continue from them when they are activated on this silo.
    /// </summary>
    [Alias("receive"), ResponseTimeout(GrainCallTimeout.OfOthers), AlwaysInterleave]
    ValueTask<HandOverReply> ReceiveAsync(HandOverMessage message);

    /// <summary>Keeps states of groups of another silo, from which they continue if that silo crashes.</summary>
    [Alias("replicate"), ResponseTimeout(GrainCallTimeout.OfOthers), AlwaysInterleave]
    ValueTask<ReplicaReply> ReplicateAsync(ReplicaMessage message);

    /// <summary>Returns the replica of a group that this silo keeps.</summary>
    [Alias("find-replica"), ResponseTimeout(GrainCallTimeout.OfOthers), AlwaysInterleave]
    ValueTask<FindReplicaReply> FindReplicaAsync(FindReplicaMessage message);

    /// <summary>Reads every bucket of the groups of an account that has not decayed.</summary>
    [Alias("usage")]
    Task<UsageReply> UsageAsync(UsageMessage message);

    /// <summary>Resets the groups of an account.</summary>
    [Alias("reset")]
    Task<ResetReply> ResetAsync(ResetMessage message);
}
