using Orleans.Metadata;
using Orleans.Runtime;

namespace OrleansLimiter.Grains;

/// <summary>
/// Places the grains of one account on one silo. The property <see cref="Property"/> of the grain type asks for it. Silos of earlier
/// versions do not know this strategy and would fail to resolve it, so the property that they read keeps the strategy that they know.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class AccountPlacementAttribute : Attribute, IGrainPropertiesProviderAttribute
{
    /// <summary>The property of grain types that are placed by account.</summary>
    public const string Property = "limiter.account-placement";

    /// <summary>Whether a grain type is placed by account.</summary>
    public static bool IsOn(GrainProperties properties) => properties.Properties.ContainsKey(Property);

    /// <inheritdoc/>
    public void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        properties[WellKnownGrainTypeProperties.PlacementStrategy] = nameof(HashBasedPlacement);
        properties[Property] = bool.TrueString;
    }
}

/// <summary>The strategy of <see cref="AccountPlacementAttribute"/>.</summary>
[Serializable]
internal sealed class AccountPlacement : PlacementStrategy;
