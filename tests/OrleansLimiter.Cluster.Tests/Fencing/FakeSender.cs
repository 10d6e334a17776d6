using Orleans.Runtime;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Other silos, which acknowledge heartbeats as a test says.</summary>
internal sealed class FakeSender : IHeartbeatSender
{
    public HashSet<SiloAddress> Hearing { get; } = [];

    public HashSet<SiloAddress> KnowingOfTheDeath { get; } = [];

    public List<(SiloAddress Peer, bool IsLeaving)> Sent { get; } = [];

    /// <summary>If set, replies wait for it.</summary>
    public Task Delay { get; set; } = Task.CompletedTask;

    public async ValueTask<HeartbeatReply> SendAsync(SiloAddress peer, HeartbeatMessage message)
    {
        Sent.Add((peer, message.IsLeaving));
        Assert.Equal(Peers.Own.ToParsableString(), message.Silo);
        await Delay;
        return Hearing.Contains(peer) ? new(KnowingOfTheDeath.Contains(peer)) : throw new TimeoutException("a fault of the test");
    }
}
