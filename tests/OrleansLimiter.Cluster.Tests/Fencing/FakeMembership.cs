using Orleans.Runtime;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The membership view of a silo.</summary>
internal sealed class FakeMembership : ISiloStatusOracle
{
    public HashSet<SiloAddress> Active { get; } = [];

    public SiloStatus CurrentStatus { get; set; } = SiloStatus.Active;

    public string SiloName => "own";

    public SiloAddress SiloAddress => Peers.Own;

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) =>
        Active.Append(Peers.Own).ToDictionary(silo => silo, _ => SiloStatus.Active);

    public SiloAddress[] GetActiveSilos() => [.. Active, Peers.Own];

    public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) => throw new NotSupportedException();

    public bool TryGetSiloName(SiloAddress siloAddress, out string siloName) => throw new NotSupportedException();

    public bool IsFunctionalDirectory(SiloAddress siloAddress) => throw new NotSupportedException();

    public bool IsDeadSilo(SiloAddress silo) => throw new NotSupportedException();

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer) => throw new NotSupportedException();

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer) => throw new NotSupportedException();
}
