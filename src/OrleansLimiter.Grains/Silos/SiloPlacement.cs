using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace OrleansLimiter.Grains;

/// <summary>Places a grain on the silo that its key names.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SiloPlacementAttribute() : PlacementAttribute(new SiloPlacement());

/// <summary>The strategy of <see cref="SiloPlacementAttribute"/>.</summary>
[Serializable]
public sealed class SiloPlacement : PlacementStrategy;

/// <summary>Selects the silo of the key, or throws: another silo does not have its groups.</summary>
internal sealed class SiloPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string key = target.GrainIdentity.Key.ToString()!;
        SiloAddress? silo = context.GetCompatibleSilos(target).FirstOrDefault(address => address.ToParsableString() == key);
        return silo is null
            ? Task.FromException<SiloAddress>(new SiloUnavailableException($"Silo {key} is not active."))
            : Task.FromResult(silo);
    }
}
