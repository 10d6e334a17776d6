using System.Collections.Immutable;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Chooses the silo of an account by rendezvous hashing (highest random weight): each silo has a weight for each account, and the
/// silo with the highest one has the account. So a silo that leaves gives up its own accounts only, and a silo that joins takes an
/// equal share from each. The choice depends on the silos alone and not on their order.
/// </summary>
internal sealed class RendezvousHash
{
    private readonly ulong[] _hashes;

    /// <summary>Creates the choice among silos. Of several with one endpoint, the one with the highest generation is used.</summary>
    public RendezvousHash(IEnumerable<SiloAddress> silos)
    {
        // At equal weights the first silo of the list wins: the higher generation.
        Silos = [.. silos.OrderByDescending(silo => silo.Generation).ThenBy(silo => silo).DistinctBy(silo => silo.Endpoint)];
        _hashes = [.. Silos.Select(AccountHash.Of)];
    }

    /// <summary>The silos.</summary>
    public ImmutableArray<SiloAddress> Silos { get; }

    /// <summary>The silo of an account; null if there are no silos.</summary>
    public SiloAddress? SiloOf(in Account account) => SiloOf(AccountHash.Of(account));

    /// <summary>The silo of an account, by the account's hash; null if there are no silos.</summary>
    public SiloAddress? SiloOf(ulong account) => RankOf(account).First;

    /// <summary>
    /// The two silos with the highest weights for an account, by the account's hash. The second has the account if the first leaves.
    /// A silo that does not exist is null.
    /// </summary>
    public (SiloAddress? First, SiloAddress? Second) RankOf(ulong account)
    {
        (int first, int second) = (-1, -1);
        (ulong highest, ulong next) = (0, 0);
        for (int i = 0; i < _hashes.Length; i++)
        {
            ulong weight = Mix(account ^ _hashes[i]);
            if (first < 0 || weight > highest)
            {
                (second, next) = (first, highest);
                (first, highest) = (i, weight);
            }
            else if (second < 0 || weight > next)
            {
                (second, next) = (i, weight);
            }
        }

        return (first < 0 ? null : Silos[first], second < 0 ? null : Silos[second]);
    }

    // The finalizer of SplitMix64 (Stafford's variant 13): a bijection in which each bit of the input changes half of the output.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
