namespace OrleansLimiter.Cluster;

/// <summary>
/// The address of a living group. Operations can be sent to its number without its key, together with other operations for its silo.
/// A number identifies one activation and is never reused.
/// </summary>
[GenerateSerializer, Immutable, Alias("limiter.home")]
public sealed class GroupAddress(string silo, long number)
{
    /// <summary>The key of the <see cref="ISiloGrain"/> of the silo.</summary>
    [Id(0)] public string Silo { get; } = silo;

    /// <summary>The number that the silo assigned to the group.</summary>
    [Id(1)] public long Number { get; } = number;
}
