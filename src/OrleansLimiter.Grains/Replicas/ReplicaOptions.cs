namespace OrleansLimiter.Grains;

/// <summary>The options of replicas.</summary>
public sealed class ReplicaOptions
{
    /// <summary>The shortest time between two passes that is used: 10 ms.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// The shortest time between two passes that send the groups which have changed: 0 or more, default 100 ms. A crash loses what was
    /// acquired since the last pass. 0: no replicas are sent, and a crash loses all counts of a silo. Other times below
    /// <see cref="MinInterval"/> count as that.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(100);
}
