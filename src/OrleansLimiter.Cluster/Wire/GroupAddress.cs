using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>
/// The address of a living group: operations can be sent to its number, together with others of its silo, and without
/// its key. A number names one activation and is never given again.
/// </summary>
/// <param name="silo">The key of the silo's <see cref="ISiloGrain"/>.</param>
/// <param name="number">The number that the silo has given it.</param>
[GenerateSerializer, Immutable, Alias("limiter.home")]
public sealed class GroupAddress(string silo, long number)
{
    /// <summary>The key of the silo's <see cref="ISiloGrain"/>.</summary>
    [Id(0)]
    public string Silo { get; } = silo;

    /// <summary>The number that the silo has given it.</summary>
    [Id(1)]
    public long Number { get; } = number;
}
