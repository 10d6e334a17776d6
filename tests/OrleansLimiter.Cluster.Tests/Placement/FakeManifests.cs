using System.Collections.Immutable;
using Orleans.Metadata;
using Orleans.Runtime;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The manifests that a silo of the limiter sees.</summary>
internal sealed class FakeManifests : IClusterManifestProvider
{
    private static readonly ImmutableDictionary<string, string> s_none = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The manifest of a silo that hosts the limiter.</summary>
    public static GrainManifest Limiter { get; } = Of("endpoint", "burst", "account", "silo");

    public ClusterManifest Current { get; set; } =
        new(MajorMinorVersion.MinValue, ImmutableDictionary<SiloAddress, GrainManifest>.Empty);

    public GrainManifest LocalGrainManifest => Limiter;

    public IAsyncEnumerable<ClusterManifest> Updates => throw new NotSupportedException();

    /// <summary>The manifest of a silo with the grains of these names.</summary>
    public static GrainManifest Of(params string[] grains) => new(
        grains.ToImmutableDictionary(GrainType.Create, name => new GrainProperties(Properties(name))),
        ImmutableDictionary<GrainInterfaceType, GrainInterfaceProperties>.Empty);

    private static ImmutableDictionary<string, string> Properties(string grain) => grain is "endpoint" or "burst" or "account"
        ? s_none.Add(AccountPlacementAttribute.Property, bool.TrueString)
        : s_none;
}
