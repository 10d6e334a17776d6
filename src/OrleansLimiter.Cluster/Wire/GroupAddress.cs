namespace OrleansLimiter.Cluster;

/// <summary>
/// The address of a living group. Operations can be sent to its number without its key, together with other operations for its silo.
/// A number identifies one activation and is never reused.
/// </summary>
[GenerateSerializer, Immutable, Alias("limiter.home")]
public sealed class GroupAddress(string silo, long number, byte version = 0)
{
    /// <summary>The key of the <see cref="ISiloGrain"/> of the silo.</summary>
    [Id(0)] public string Silo { get; } = silo;

    /// <summary>The number that the silo assigned to the group.</summary>
    [Id(1)] public long Number { get; } = number;

    /// <summary>The version of the messages that the silo supports. 0: older than <see cref="JointVersion"/>.</summary>
    [Id(2)] public byte Version { get; } = version;

    /// <summary>The first version that supports joint acquisitions: 2.</summary>
    public const byte JointVersion = 2;
}
