using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// The list of hosting silos of a front-end: that of the silo in its process, or otherwise the newest one in the replies of silos.
/// </summary>
/// <param name="local">The list of the silo in this process; null if there is none.</param>
internal sealed class ReceivedHostingSilos(IHostingSilos? local) : IHostingSilos
{
    private HostingSilos _received = HostingSilos.Unknown;

    /// <inheritdoc/>
    public HostingSilos Current => local?.Current ?? Volatile.Read(ref _received);

    /// <summary>
    /// Removes a silo that has stopped. The next reply contains a list and replaces this one, even if the version is lower: after a
    /// restart of the whole cluster, the versions of some membership providers start again.
    /// </summary>
    public void Remove(HostingSilos from, string silo) => Interlocked.CompareExchange(
        ref _received, new(version: 0, from.Silos.Where(each => each.ToParsableString() != silo)), from);

    /// <summary>Uses a list from a reply if it is newer.</summary>
    public void Update(long version, string[]? silos)
    {
        HostingSilos known = Current;
        while (local is null && silos is not null && version > known.Version)
        {
            HostingSilos found = Interlocked.CompareExchange(
                ref _received, new(version, silos.Select(SiloAddress.FromParsableString)), known);
            if (found == known)
            {
                return;
            }

            known = found;
        }
    }
}
