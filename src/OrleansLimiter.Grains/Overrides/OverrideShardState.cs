using Orleans;

namespace OrleansLimiter.Grains;

/// <summary>
/// A table of overrides as a store keeps it. Stores write the names of this class and its members down: none of them can
/// be changed.
/// </summary>
[GenerateSerializer, Alias("limiter.override-shard-state")]
public sealed class OverrideShardState
{
    /// <summary>The table's version; 0: nothing has ever been changed.</summary>
    [Id(0)]
    public uint Version { get; set; }

    /// <summary>The table's bytes.</summary>
    [Id(1)]
    public byte[] Content { get; set; } = [];
}
