using Orleans;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Finds the grain of a group. The runtime works out which grain type an interface belongs to by name, each time that it is
/// asked; here that is done once for each scope, because it would be a good part of a decision.
/// </summary>
internal sealed class GroupGrainFactory(IGrainFactory grains)
{
    private readonly Kind?[] _kinds = new Kind?[byte.MaxValue + 1];

    /// <summary>The grain of a group.</summary>
    /// <exception cref="Exception">There is no cluster yet that could tell of its grain types.</exception>
    public IGroupGrain Of(in GroupKey key)
    {
        Kind kind = _kinds[(byte)key.Scope] ??= Kind.Of(GroupGrains.Any(grains, key.Scope));
        return (IGroupGrain)grains.GetGrain(GrainId.Create(kind.Grain, GroupGrainKey.Of(key)), kind.Interface);
    }

    private sealed record Kind(GrainType Grain, GrainInterfaceType Interface)
    {
        public static Kind Of(IGroupGrain any) => new(any.GetGrainId().Type, ((GrainReference)any).InterfaceType);
    }
}
