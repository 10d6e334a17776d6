namespace OrleansLimiter.Grains;

/// <summary>
/// The replicas of other silos' groups. Thread-safe. They count against the bound on the memory of living groups and leave them room: a new
/// replica is dropped at four fifths of the bound, and replicas are dropped at nine tenths.
/// </summary>
internal sealed partial class ReplicaStore
{
    // With 64 locks, the threads that receive messages and those that activate groups rarely meet.
    private const int Parts = 64;

    private readonly HashSet<byte[]>[] _parts;
    private readonly ReplicaNameComparer _comparer = new();
    private readonly LivingGroups _living;
    private long _count;
    private long _bytes;

    /// <summary>Creates an empty store.</summary>
    /// <param name="living">The groups of this silo, and their bound.</param>
    public ReplicaStore(LivingGroups living)
    {
        _living = living;
        _parts = [.. Enumerable.Range(0, Parts).Select(_ => new HashSet<byte[]>(_comparer))];
    }

    /// <summary>The silos that have sent replicas.</summary>
    public ReplicaOwners Owners { get; } = new();

    /// <summary>The number of replicas.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The memory of the replicas in bytes, an estimate.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Keeps, replaces or removes a replica, as its owner says.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="sequence">The number of the owner's message.</param>
    /// <param name="record">The state.</param>
    /// <param name="view">The list of silos of this one.</param>
    /// <param name="earlier">Receives the state of an owner that has left, with which the state was merged; null if there is none.</param>
    public ReplicaOutcome Put(
        ReplicaOwner owner, long sequence, in ReplicaRecord record, ReplicaView view, ReplicaFrameWriter? earlier = null)
    {
        Instant now = _living.Clock.Now;
        var given = new ReplicaContent(
            owner.Number, sequence, new(now.Ticks - record.Age.Ticks), now + record.Decay,
            (record.Flags & ReplicaFlags.CountsForAccount) != 0, record.State);
        HashSet<byte[]> part = PartOf(record.Group);
        lock (part)
        {
            if (!part.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(record.Group, out byte[]? kept))
            {
                return record.State.IsEmpty || given.DecaysAt <= now ? ReplicaOutcome.Kept
                    : !HasRoom ? ReplicaOutcome.Full
                    : Add(part, record.Group, given);
            }

            if (StoredReplica.OwnerOf(kept) == owner.Number)
            {
                return sequence < StoredReplica.SequenceOf(kept) ? ReplicaOutcome.Older : Replace(part, kept, given);
            }

            bool isActive = view.Contains(owner.Silo);
            if (isActive && (record.Flags & ReplicaFlags.Replaces) != 0)
            {
                return Replace(part, kept, given);
            }

            bool keptIsActive = view.Contains(Owners.Of(StoredReplica.OwnerOf(kept)).Silo);
            return Merge(part, kept, given, keepOwner: keptIsActive && !isActive, keptIsActive ? null : earlier);
        }
    }

    /// <summary>Returns a copy of the replica of a group.</summary>
    public bool TryFind(ReadOnlySpan<byte> group, out FoundReplica found)
    {
        found = default;
        if (Count == 0)
        {
            return false;
        }

        HashSet<byte[]> part = PartOf(group);
        lock (part)
        {
            if (!part.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(group, out byte[]? kept)
                || StoredReplica.DecayOf(kept) <= _living.Clock.Now)
            {
                return false;
            }

            ReplicaContent content = StoredReplica.Read(kept);
            found = new(
                content.State.ToArray(), content.SavedAt, content.DecaysAt, content.CountsForAccount, content.Owner, content.Sequence);
            return true;
        }
    }

    /// <summary>Removes the replica of a group. With a sequence, only the one of that message.</summary>
    public bool Remove(ReadOnlySpan<byte> group, long? sequence = null)
    {
        HashSet<byte[]> part = PartOf(group);
        lock (part)
        {
            return part.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(group, out byte[]? kept)
                && (sequence is null || StoredReplica.SequenceOf(kept) == sequence) && Remove(part, kept);
        }
    }

    private bool HasRoom => _living.Bytes + Bytes < _living.MaxBytes / 5 * 4 && Count < _living.Max;

    private HashSet<byte[]> PartOf(ReadOnlySpan<byte> group) => _parts[(uint)_comparer.GetHashCode(group) / (uint.MaxValue / Parts + 1)];

    private ReplicaOutcome Add(HashSet<byte[]> part, ReadOnlySpan<byte> group, in ReplicaContent content)
    {
        byte[] replica = StoredReplica.Create(group, content.State.Length);
        StoredReplica.Write(replica, content);
        part.Add(replica);
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _bytes, StoredReplica.BytesOf(replica));
        Owners.Of(content.Owner).Add(1);
        return ReplicaOutcome.Kept;
    }

    private bool Remove(HashSet<byte[]> part, byte[] replica)
    {
        part.Remove(replica);
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -StoredReplica.BytesOf(replica));
        Owners.Of(StoredReplica.OwnerOf(replica)).Add(-1);
        return true;
    }

    private ReplicaOutcome Replace(HashSet<byte[]> part, byte[] kept, in ReplicaContent content)
    {
        if (content.State.IsEmpty)
        {
            Remove(part, kept);
        }
        else if (StoredReplica.Fits(kept, content.State.Length))
        {
            ushort before = StoredReplica.OwnerOf(kept);
            StoredReplica.Write(kept, content);
            if (before != content.Owner)
            {
                Owners.Of(before).Add(-1);
                Owners.Of(content.Owner).Add(1);
            }
        }
        else
        {
            Remove(part, kept);
            Add(part, StoredReplica.NameOf(kept), content);
        }

        return ReplicaOutcome.Kept;
    }

    private ReplicaOutcome Merge(
        HashSet<byte[]> part, byte[] kept, in ReplicaContent given, bool keepOwner, ReplicaFrameWriter? earlier)
    {
        Instant now = _living.Clock.Now;
        ReplicaContent own = StoredReplica.Read(kept);
        if (given.State.IsEmpty || own.DecaysAt <= now)
        {
            return given.State.IsEmpty ? ReplicaOutcome.Older : Replace(part, kept, given);
        }

        byte[]? merged;
        try
        {
            merged = GroupSnapshot.Merge(own.State.ToArray(), own.SavedAt, given.State.ToArray(), given.SavedAt, now);
        }
        catch (FormatException)
        {
            return keepOwner ? ReplicaOutcome.Older : Replace(part, kept, given);
        }

        earlier?.Add(new(
            StoredReplica.NameOf(kept), own.State, now - own.SavedAt, own.DecaysAt - now, 0,
            own.CountsForAccount ? ReplicaFlags.CountsForAccount : ReplicaFlags.None));
        return Replace(part, kept, new(
            keepOwner ? own.Owner : given.Owner, keepOwner ? own.Sequence : given.Sequence, now,
            Instant.Max(own.DecaysAt, given.DecaysAt), own.CountsForAccount || given.CountsForAccount, merged));
    }
}

/// <summary>What became of a state.</summary>
internal enum ReplicaOutcome
{
    /// <summary>It is kept, or there is nothing to keep.</summary>
    Kept,

    /// <summary>A newer one is kept.</summary>
    Older,

    /// <summary>There is no memory for it.</summary>
    Full,
}

/// <summary>A copy of a replica.</summary>
/// <param name="State">The state.</param>
/// <param name="SavedAt">The moment of the state.</param>
/// <param name="DecaysAt">When it has decayed.</param>
/// <param name="CountsForAccount">Whether the group counts against the bound of its account.</param>
/// <param name="Owner">The number of the owner.</param>
/// <param name="Sequence">The number of the owner's message.</param>
internal readonly record struct FoundReplica(
    byte[] State, Instant SavedAt, Instant DecaysAt, bool CountsForAccount, ushort Owner, long Sequence);
