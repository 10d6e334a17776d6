using Orleans.Concurrency;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Stores one table of overrides as bytes with a version. A change is a compare-and-swap of the version. Only front-ends interpret the
/// bytes. The key is the number of the table.
/// </summary>
[Alias("limiter.IOverrideShardGrain")]
public interface IOverrideShardGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Subscribes a front-end for a limited time, and returns a newer table if there is one. Works also while the storage is
    /// unavailable.
    /// </summary>
    [Alias("renew"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    ValueTask<RenewReply> RenewAsync(RenewMessage message);

    /// <summary>Replaces the bytes if the current version is the expected one. The bytes are stored when the reply is sent.</summary>
    [Alias("swap"), ResponseTimeout("00:00:10")]
    ValueTask<SwapReply> SwapAsync(SwapMessage message);
}

/// <summary>A front-end that is notified of changes. A lost notification is repaired by the next renewal.</summary>
[Alias("limiter.IOverrideObserver")]
public interface IOverrideObserver : IGrainObserver
{
    /// <summary>A table has changed.</summary>
    [Alias("changed"), OneWay]
    void Changed(ShardMessage message);
}
