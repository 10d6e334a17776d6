using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Concurrency;

namespace OrleansLimiter.Grains;

/// <summary>Receives the heartbeats of other silos.</summary>
[Reentrant]
internal sealed class HeartbeatService(GrainId id, Silo silo, ISiloStatusOracle membership, Fence fence)
    : GrainService(id, silo, NullLoggerFactory.Instance), IHeartbeatService // its base class logs each silo that comes and goes
{
    /// <inheritdoc/>
    public ValueTask<HeartbeatReply> HeartbeatAsync(HeartbeatMessage message)
    {
        var sender = SiloAddress.FromParsableString(message.Silo);
        if (message.IsLeaving)
        {
            fence.OnLeaving(sender);
        }

        return new(new HeartbeatReply(IsDead(sender, membership.GetApproximateSiloStatuses())));
    }

    // A silo that is not in the membership view has just joined, and the view is a little older. Orleans regards it as dead.
    private static bool IsDead(SiloAddress silo, Dictionary<SiloAddress, SiloStatus> view) => view.TryGetValue(silo, out SiloStatus status)
        ? status == SiloStatus.Dead
        : view.Keys.Any(other => other.IsSuccessorOf(silo));
}
