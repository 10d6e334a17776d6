using Orleans;
using Orleans.Concurrency;

namespace OrleansLimiter.Cluster;

/// <summary>
/// What a front-end asks of one silo: operations on groups that live there, many in one message, and administration of the groups
/// of an account. Its key is the silo's address as <c>SiloAddress.ToParsableString</c> writes it, and it is placed on that silo and
/// on no other.
/// </summary>
[Alias("limiter.ISiloGrain")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>Executes operations one after the other; each group is known by its number (<see cref="GroupAddress"/>).</summary>
    [Alias("ask"), ResponseTimeout(GrainCallTimeout.Value), AlwaysInterleave]
    ValueTask<OperationsAnswer> ExecuteBatchAsync(OperationsMessage message);

    /// <summary>Leases permits of a group, or ends a lease.</summary>
    [Alias("lease"), ResponseTimeout(GrainCallTimeout.Value), AlwaysInterleave]
    ValueTask<LeaseAnswer> LeaseAsync(LeaseMessage message);

    /// <summary>Every bucket of an account's groups that remembers something.</summary>
    [Alias("usage")]
    Task<UsageReply> UsageAsync(UsageMessage message);

    /// <summary>Resets the groups of an account.</summary>
    [Alias("reset")]
    Task<ResetReply> ResetAsync(ResetMessage message);
}
