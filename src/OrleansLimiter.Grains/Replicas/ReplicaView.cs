using System.IO.Hashing;
using System.Text;

namespace OrleansLimiter.Grains;

/// <summary>A list of silos, and where each account's replicas belong by it.</summary>
internal sealed class ReplicaView
{
    private readonly HashSet<SiloAddress> _silos;

    /// <summary>Creates the view of a list.</summary>
    public ReplicaView(HostingSilos list)
    {
        (List, _silos) = (list, [.. list.Silos]);
        string text = string.Join('\n', list.Silos.Select(silo => silo.ToParsableString()).Order(StringComparer.Ordinal));
        Fingerprint = (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The list.</summary>
    public HostingSilos List { get; }

    /// <summary>Two silos with the same list have the same fingerprint. The versions of their lists can be different.</summary>
    public long Fingerprint { get; }

    /// <summary>Whether a silo is in the list.</summary>
    public bool Contains(SiloAddress silo) => _silos.Contains(silo);

    /// <summary>
    /// The silo that keeps the replica of a group: the one with the highest rank other than the holder; null if there is none.
    /// </summary>
    public SiloAddress? TargetOf(ulong account, SiloAddress holder)
    {
        (SiloAddress? first, SiloAddress? second) = List.RankOf(account);
        return holder.Equals(first) ? second : first;
    }

    /// <summary>
    /// The silos that keep a replica whose holder has left: the one on which its group is activated, and the one which follows. Each of
    /// them can be lost.
    /// </summary>
    public (SiloAddress? First, SiloAddress? Second) KeepersOf(ulong account) => List.RankOf(account);
}
