using Orleans.Metadata;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// The hosting silos, from the cluster manifest of Orleans: the active silos, each with the grain types that it hosts. Silos without
/// the grains of bucket groups are left out.
/// </summary>
internal sealed class ManifestHostingSilos : IHostingSilos
{
    // A manifest has a major version, which is that of the membership and common to all silos, and a minor one, which a silo raises
    // when it learns of further grain types of that membership.
    private const int MinorBits = 16;

    private readonly IClusterManifestProvider _manifests;
    private readonly GrainType[] _groups;
    private Snapshot? _last;

    public ManifestHostingSilos(IClusterManifestProvider manifests)
    {
        _manifests = manifests;
        _groups =
        [
            .. manifests.LocalGrainManifest.Grains.Where(grain => AccountPlacementAttribute.IsOn(grain.Value)).Select(grain => grain.Key),
        ];
    }

    /// <inheritdoc/>
    public HostingSilos Current
    {
        get
        {
            ClusterManifest manifest = _manifests.Current;
            Snapshot? last = Volatile.Read(ref _last);
            if (last?.Manifest != manifest)
            {
                last = new(manifest, Of(manifest));
                Volatile.Write(ref _last, last);
            }

            return last!.Silos;
        }
    }

    private HostingSilos Of(ClusterManifest manifest) => manifest.Version.Major < 0
        ? HostingSilos.Unknown // before the silo has read the membership
        : new(
            (manifest.Version.Major << MinorBits) + Math.Clamp(manifest.Version.Minor, 0, (1 << MinorBits) - 1),
            manifest.Silos.Where(silo => !silo.Key.IsClient && _groups.All(group => Hosts(silo.Value, group))).Select(silo => silo.Key));

    // Silos of versions without the placement do not support joint acquisitions either.
    private static bool Hosts(GrainManifest silo, GrainType group) =>
        silo.Grains.TryGetValue(group, out GrainProperties? properties) && AccountPlacementAttribute.IsOn(properties);

    private sealed record Snapshot(ClusterManifest Manifest, HostingSilos Silos);
}
