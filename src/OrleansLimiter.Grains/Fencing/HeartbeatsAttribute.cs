using Orleans.Metadata;

namespace OrleansLimiter.Grains;

/// <summary>Tells the other silos, in the manifest of a silo, that it receives heartbeats.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class HeartbeatsAttribute : Attribute, IGrainPropertiesProviderAttribute
{
    /// <summary>The property of the grain type of a silo.</summary>
    public const string Property = "limiter.heartbeats";

    /// <summary>Whether a silo receives heartbeats. One of an earlier version does not.</summary>
    public static bool IsOn(GrainManifest silo) => silo.Grains.Values.Any(grain => grain.Properties.ContainsKey(Property));

    /// <inheritdoc/>
    public void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
        properties[Property] = bool.TrueString;
}
