using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Creates references to the grains of groups. Orleans finds the grain type of an interface by name on each call, which is expensive
/// compared to a decision. This class finds it once for each scope.
/// </summary>
internal sealed class GroupGrainFactory(IGrainFactory grains)
{
    private readonly GroupGrainType?[] _types = new GroupGrainType?[byte.MaxValue + 1];

    /// <summary>Returns a reference to the grain of a group.</summary>
    /// <exception cref="Exception">The client is not connected, so the grain types of the cluster are unknown.</exception>
    public IGroupGrain Get(in GroupKey key) => Get(key.Scope, GroupGrainKey.Of(key));

    /// <inheritdoc cref="Get(in GroupKey)"/>
    public IGroupGrain Get(Scope scope, string key)
    {
        GroupGrainType type = _types[(byte)scope] ??= TypeOf(GroupGrains.Any(grains, scope));
        return (IGroupGrain)grains.GetGrain(GrainId.Create(type.Grain, key), type.Interface);
    }

    private static GroupGrainType TypeOf(IGroupGrain any) => new(any.GetGrainId().Type, ((GrainReference)any).InterfaceType);

    private sealed record GroupGrainType(GrainType Grain, GrainInterfaceType Interface);
}
