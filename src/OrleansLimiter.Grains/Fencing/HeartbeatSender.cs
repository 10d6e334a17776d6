using Orleans.Metadata;
using Orleans.Runtime.Services;

namespace OrleansLimiter.Grains;

/// <summary>
/// Sends heartbeats by the service of the other silo. A silo of an earlier version has no such service; it receives an empty batch of
/// operations, which every version answers, and the answer proves that it hears this silo.
/// </summary>
internal sealed class HeartbeatSender(IServiceProvider services, IGrainFactory grains, IClusterManifestProvider manifests)
    : GrainServiceClient<IHeartbeatService>(services), IHeartbeatSender
{
    private static readonly HeartbeatReply s_heard = new(isDead: false);
    private static readonly OperationsMessage s_nothing = new([], []);

    public ValueTask<HeartbeatReply> SendAsync(SiloAddress peer, HeartbeatMessage message) =>
        manifests.Current.Silos.TryGetValue(peer, out GrainManifest? manifest) && !HeartbeatsAttribute.IsOn(manifest)
            ? SendToOlderAsync(peer)
            : GetGrainService(peer).HeartbeatAsync(message);

    private async ValueTask<HeartbeatReply> SendToOlderAsync(SiloAddress peer)
    {
        await grains.GetGrain<ISiloGrain>(peer.ToParsableString()).ExecuteBatchAsync(s_nothing).ConfigureAwait(false);
        return s_heard;
    }
}
