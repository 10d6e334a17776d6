using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// Hands the groups of this silo over when their grains are deactivated while they are living, and continues the groups that other
/// silos hand over.
/// </summary>
public sealed class HandOvers
{
    private readonly HandOverSender _sender;
    private readonly ReceivedGroups _received;

    internal HandOvers(
        SiloGroupRegistry silo, IGrainFactory grains, IHostingSilos hosting, IMeterFactory meters, ILogger<HandOvers> log)
    {
        Counters = new(silo.Living.Clock, meters, log);
        _sender = new(silo, grains, hosting, Counters);
        _received = new(silo, grains, Counters);
    }

    /// <summary>The counters since the start.</summary>
    public HandOverCounters Counters { get; }

    internal HandOverReply Receive(HandOverMessage message) => _received.Receive(message);

    internal void Continue(GroupGrain grain) => _received.Continue(grain.GrainContext.GrainId, grain.Group);

    internal Task HandOverAsync(GroupGrain grain, CancellationToken token) =>
        _sender.HandOverAsync(grain.Scope, grain.GrainContext.GrainId, grain.Group, token);
}
