using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace OrleansLimiter.Grains;

/// <summary>
/// Selects the strategy for grain types with <see cref="AccountPlacementAttribute"/>. It reads the manifest of this silo: Orleans
/// itself reads that of any silo, which can be one of an earlier version, and keeps the result for as long as the process runs.
/// </summary>
internal sealed class AccountPlacementResolver(IClusterManifestProvider manifests) : IPlacementStrategyResolver
{
    private static readonly AccountPlacement s_strategy = new();

    public bool TryResolvePlacementStrategy(GrainType grainType, GrainProperties? properties, out PlacementStrategy result)
    {
        bool isOn = manifests.LocalGrainManifest.Grains.TryGetValue(grainType, out GrainProperties? local)
            && AccountPlacementAttribute.IsOn(local);
        result = isOn ? s_strategy : null!;
        return isOn;
    }
}
