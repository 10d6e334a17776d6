namespace OrleansLimiter.Grains;

/// <summary>
/// The stored form of a part of a shard of counts. Storage providers write the names of this class and its members, so these names can
/// never change.
/// </summary>
[GenerateSerializer, Alias("limiter.counts-part-state")]
internal sealed class CountsPartState
{
    /// <summary>The states, as <see cref="CountsPartFormat"/> writes them.</summary>
    [Id(0)]
    public byte[] Content { get; set; } = [];
}
