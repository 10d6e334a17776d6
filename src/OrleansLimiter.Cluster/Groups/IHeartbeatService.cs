using Orleans.Services;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Receives the heartbeats of other silos. It is a service of each silo, and no grain: a call needs no entry in the grain directory, of
/// which a part can be unavailable just when silos fail.
/// </summary>
[Alias("limiter.IHeartbeatService")]
internal interface IHeartbeatService : IGrainService
{
    /// <summary>Acknowledges a heartbeat.</summary>
    [Alias("heartbeat"), ResponseTimeout(Timeout)]
    ValueTask<HeartbeatReply> HeartbeatAsync(HeartbeatMessage message);

    /// <summary>The time for which the runtime keeps a heartbeat without a reply: 2 s.</summary>
    public const string Timeout = "00:00:02";
}
