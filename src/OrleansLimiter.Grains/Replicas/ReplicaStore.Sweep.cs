using System.Text;

namespace OrleansLimiter.Grains;

internal sealed partial class ReplicaStore
{
    private int _nextPart;

    /// <summary>
    /// Removes what has decayed, what its owner keeps on another silo now, and what has no room beside the living groups. Each call visits
    /// a part of the replicas; 64 calls visit all.
    /// </summary>
    /// <returns>The number of replicas that had no room.</returns>
    public int SweepPart(ReplicaView view, SiloAddress self)
    {
        Instant now = _living.Clock.Now;
        int dropped = 0;
        HashSet<byte[]> part = _parts[_nextPart++ % Parts];
        lock (part)
        {
            foreach (byte[] replica in part)
            {
                bool hasNoRoom = _living.Bytes + Bytes > _living.MaxBytes / 10 * 9;
                if (hasNoRoom || StoredReplica.DecayOf(replica) <= now || IsElsewhere(replica, view, self))
                {
                    Remove(part, replica); // a set can be changed by removals while it is enumerated
                    dropped += hasNoRoom ? 1 : 0;
                }
            }

            if (part.Capacity > 1_024 && part.Count < part.Capacity / 8)
            {
                part.TrimExcess();
            }
        }

        Owners.Trim(now);
        return dropped;
    }

    /// <summary>
    /// The replicas of silos that have left which other silos must keep by this list, or which no longer belong here.
    /// </summary>
    public List<OrphanReplica> Orphans(ReplicaView view, SiloAddress self)
    {
        List<OrphanReplica> orphans = [];
        foreach (HashSet<byte[]> part in _parts)
        {
            lock (part)
            {
                foreach (byte[] replica in part)
                {
                    if (!view.Contains(Owners.Of(StoredReplica.OwnerOf(replica)).Silo))
                    {
                        Add(orphans, StoredReplica.NameOf(replica), view, self);
                    }
                }
            }
        }

        return orphans;
    }

    /// <summary>
    /// The keys of the grains with a prefix whose replicas are here while their silo has left, and which are activated here.
    /// </summary>
    public IEnumerable<(Scope Scope, string Key)> StartingWith(string prefix, ReplicaView view, SiloAddress self) =>
        [.. NamesStartingWith(prefix, replica => !view.Contains(Owners.Of(StoredReplica.OwnerOf(replica)).Silo)
            && self.Equals(view.KeepersOf(AccountOf(StoredReplica.NameOf(replica))).First))
            .Select(name => ((Scope)name[0], Encoding.UTF8.GetString(name.AsSpan(1))))];

    /// <summary>Removes all replicas of grains with a key prefix.</summary>
    public void Discard(string prefix)
    {
        foreach (byte[] name in NamesStartingWith(prefix, _ => true))
        {
            Remove(name);
        }
    }

    /// <summary>Whether there are replicas of silos that are not in the list.</summary>
    public bool HasOrphans(Func<SiloAddress, bool> hasFailed) =>
        Array.Exists(Owners.All(), owner => owner.Count > 0 && hasFailed(owner.Silo));

    /// <summary>The hash of the account of a replica's name.</summary>
    public static ulong AccountOf(ReadOnlySpan<byte> name) => AccountHash.OfGrain(name[1..]);

    private List<byte[]> NamesStartingWith(string prefix, Func<byte[], bool> filter)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(prefix);
        List<byte[]> names = [];
        foreach (HashSet<byte[]> part in _parts)
        {
            lock (part)
            {
                names.AddRange(part
                    .Where(replica => StoredReplica.NameOf(replica)[1..].StartsWith(wanted) && filter(replica))
                    .Select(replica => StoredReplica.NameOf(replica).ToArray()));
            }
        }

        return names;
    }

    // The owner sends a group to its new silo before it says that it has sent all.
    private bool IsElsewhere(byte[] replica, ReplicaView view, SiloAddress self)
    {
        ReplicaOwner owner = Owners.Of(StoredReplica.OwnerOf(replica));
        return owner.Settled == view.Fingerprint && view.Contains(owner.Silo)
            && !self.Equals(view.TargetOf(AccountOf(StoredReplica.NameOf(replica)), owner.Silo));
    }

    private static void Add(List<OrphanReplica> orphans, ReadOnlySpan<byte> name, ReplicaView view, SiloAddress self)
    {
        (SiloAddress? first, SiloAddress? second) = view.KeepersOf(AccountOf(name));
        bool isKeeper = self.Equals(first) || self.Equals(second);
        (first, second) = (self.Equals(first) ? null : first, self.Equals(second) ? null : second);
        if (first is not null || second is not null)
        {
            orphans.Add(new(name.ToArray(), first, second, isKeeper));
        }
    }
}

/// <summary>A replica whose owner has left.</summary>
/// <param name="Name">The name of the group.</param>
/// <param name="First">A silo that must have it; null if it is this one.</param>
/// <param name="Second">Another silo that must have it; null if it is this one, or does not exist.</param>
/// <param name="IsKept">Whether it stays here as well.</param>
internal sealed record OrphanReplica(byte[] Name, SiloAddress? First, SiloAddress? Second, bool IsKept);
