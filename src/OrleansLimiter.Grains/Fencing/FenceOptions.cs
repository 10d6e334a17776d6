using Orleans.Configuration;

namespace OrleansLimiter.Grains;

/// <summary>The options of a <see cref="Fence"/>.</summary>
internal sealed class FenceOptions
{
    /// <summary>The part of the shortest failure detection for which an acknowledged heartbeat is valid: nine tenths.</summary>
    public const double PartOfDetection = 0.9;

    /// <summary>The number of heartbeats for each silo in that time: 6.</summary>
    public const int HeartbeatsInSpan = 6;

    /// <summary>Whether a silo that hears neither other silos nor the membership table decides. Default false.</summary>
    public bool DecideWhenIsolated { get; set; }

    /// <summary>How long a silo may decide after it has sent a heartbeat that was acknowledged. Default 900 ms.</summary>
    public TimeSpan Span { get; set; } = TimeSpan.FromMilliseconds(900);

    /// <summary>The time between two heartbeats. Default 150 ms.</summary>
    public TimeSpan Period => Span / HeartbeatsInSpan;

    /// <summary>
    /// The span that fits to the failure detection. A silo whose connections break misses its first probe at once, and the last one after
    /// as many periods as are left. If one missed probe is enough, half a period is assumed.
    /// </summary>
    public static TimeSpan SpanFor(ClusterMembershipOptions membership) =>
        membership.ProbeTimeout * Math.Max(membership.NumMissedProbesLimit - 1, 0.5) * PartOfDetection;
}
