using Orleans.Runtime;
using Orleans.Runtime.Placement;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>Selects the silo of the account in the key of the grain, among the silos that can host the grain.</summary>
internal sealed class AccountPlacementDirector : IPlacementDirector
{
    private Choice? _last;

    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        RendezvousHash silos = Over(context.GetCompatibleSilos(target)); // which throws if there is none
        return Task.FromResult(silos.SiloOf(AccountHash.OfGrain(target.GrainIdentity.Key))!);
    }

    // The silos rarely change between two calls. Concurrent calls compute the same choice.
    private RendezvousHash Over(SiloAddress[] silos)
    {
        Choice? last = Volatile.Read(ref _last);
        if (last is null || !last.Silos.AsSpan().SequenceEqual(silos))
        {
            last = new(silos, new(silos));
            Volatile.Write(ref _last, last);
        }

        return last.Hash;
    }

    private sealed record Choice(SiloAddress[] Silos, RendezvousHash Hash);
}
