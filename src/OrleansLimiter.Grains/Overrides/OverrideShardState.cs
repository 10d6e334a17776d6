namespace OrleansLimiter.Grains;

/// <summary>
/// The stored form of a table of overrides. Storage providers write the names of this class and its members, so these names can never
/// change.
/// </summary>
[GenerateSerializer, Alias("limiter.override-shard-state")]
public sealed class OverrideShardState
{
    /// <summary>The version of the table; 0 before any change.</summary>
    [Id(0)]
    public uint Version { get; set; }

    /// <summary>The table's bytes.</summary>
    [Id(1)]
    public byte[] Content { get; set; } = [];
}
