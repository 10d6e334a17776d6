using Orleans;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Finds the grain of a group. The runtime works out which grain type an interface belongs to by name, each time that it is
/// asked; here that is done once for each scope, because it would be a good part of a decision.
/// </summary>
internal sealed class GroupGrainFactory(IGrainFactory grains)
{
    private const string AnyKey = "any";

    private readonly Kind?[] _kinds = new Kind?[byte.MaxValue + 1];

    /// <summary>The grain of a group.</summary>
    /// <exception cref="Exception">There is no cluster yet that could tell of its grain types.</exception>
    public IGroupGrain Of(in GroupKey key)
    {
        Kind kind = _kinds[(byte)key.Scope] ??= Kind.Of(Any(key.Scope));
        return (IGroupGrain)grains.GetGrain(GrainId.Create(kind.Grain, GroupGrainKey.Of(key)), kind.Interface);
    }

    private IGroupGrain Any(Scope scope) => scope switch
    {
        Scope.Endpoint => grains.GetGrain<IEndpointGrain>(AnyKey),
        Scope.Burst => grains.GetGrain<IBurstGrain>(AnyKey),
        Scope.Account => grains.GetGrain<IAccountGrain>(AnyKey),
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "no grain holds groups of this scope"),
    };

    private sealed record Kind(GrainType Grain, GrainInterfaceType Interface)
    {
        public static Kind Of(IGroupGrain any) => new(any.GetGrainId().Type, ((GrainReference)any).InterfaceType);
    }
}
