using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace OrleansLimiter.Grains;

/// <summary>Places a grain on the silo that its key names.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SiloPlacementAttribute() : PlacementAttribute(new SiloPlacement());

/// <summary>The strategy of <see cref="SiloPlacementAttribute"/>.</summary>
[Serializable]
public sealed class SiloPlacement : PlacementStrategy;

/// <summary>
/// Selects the silo of the key. If that silo is not active, it selects any other one, whose grain replies that it has no group: to fail
/// here would take half a second, because Orleans repeats a failed placement.
/// </summary>
internal sealed class SiloPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string key = target.GrainIdentity.Key.ToString()!;
        SiloAddress[] silos = context.GetCompatibleSilos(target); // which throws if there is none
        return Task.FromResult(Array.Find(silos, silo => silo.ToParsableString() == key)
            ?? Array.Find(silos, silo => silo.Equals(context.LocalSilo))
            ?? silos[0]);
    }
}
