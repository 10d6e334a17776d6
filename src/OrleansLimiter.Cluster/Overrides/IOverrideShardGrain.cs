using Orleans;
using Orleans.Concurrency;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Keeps one of the tables of overrides: bytes and their version, which a change replaces by higher ones if nobody else
/// has meanwhile. What the bytes say is the front-ends' business. Its key is the table's number.
/// </summary>
[Alias("limiter.IOverrideShardGrain")]
public interface IOverrideShardGrain : IGrainWithIntegerKey
{
    /// <summary>Subscribes a front-end for a while, and tells what it has missed. Answered also while the store does not.</summary>
    [Alias("renew"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    ValueTask<RenewAnswer> RenewAsync(RenewMessage message);

    /// <summary>Replaces the bytes, if their version is still the one expected. They are in the store when it is answered.</summary>
    [Alias("swap"), ResponseTimeout("00:00:10")]
    ValueTask<SwapAnswer> SwapAsync(SwapMessage message);
}

/// <summary>A front-end that is told of changes. What it is not told it learns with its next renewal.</summary>
[Alias("limiter.IOverrideObserver")]
public interface IOverrideObserver : IGrainObserver
{
    /// <summary>A table has changed.</summary>
    [Alias("changed"), OneWay]
    void Changed(ShardMessage message);
}
