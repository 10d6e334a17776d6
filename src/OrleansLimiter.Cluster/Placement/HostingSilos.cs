using System.Collections.Immutable;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>The silos that host the grains of bucket groups, at one moment.</summary>
/// <param name="version">
/// The version of the list; a list with a higher version is newer, whichever silo of the cluster sent it. 0: nothing is known yet.
/// </param>
/// <param name="silos">The silos.</param>
internal sealed class HostingSilos(long version, IEnumerable<SiloAddress> silos)
{
    private readonly RendezvousHash _hash = new(silos);

    /// <summary>The list before anything is known: no silos.</summary>
    public static HostingSilos Unknown { get; } = new(0, []);

    /// <summary>The version of the list.</summary>
    public long Version => version;

    /// <summary>The silos.</summary>
    public ImmutableArray<SiloAddress> Silos => _hash.Silos;

    /// <summary>The silo on which new groups of an account are placed; null if no silo is known.</summary>
    public SiloAddress? SiloOf(in Account account) => _hash.SiloOf(account);

    /// <summary>The silo of an account and the one that follows if it leaves, by the account's hash.</summary>
    public (SiloAddress? First, SiloAddress? Second) RankOf(ulong account) => _hash.RankOf(account);
}

/// <summary>Tells which silos host the grains of bucket groups.</summary>
internal interface IHostingSilos
{
    /// <summary>The newest list that is known. The same instance is returned until the list changes.</summary>
    HostingSilos Current { get; }
}
