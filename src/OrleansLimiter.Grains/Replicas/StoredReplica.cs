using System.Buffers.Binary;

namespace OrleansLimiter.Grains;

/// <summary>
/// A replica in one array: its times, its number, its owner, the name of the group (its scope as a byte, and the key of its grain in
/// UTF-8), and the state. An object for each replica with references to these would need twice as much beyond the state.
/// </summary>
internal static class StoredReplica
{
    /// <summary>The bytes of a replica beyond its name and state: the header, the array, and its place in a set.</summary>
    public const int Overhead = Header + 24 + 32;

    private const int SavedAt = 0;
    private const int DecaysAt = 8;
    private const int Sequence = 16;
    private const int StateLength = 24;
    private const int Owner = 28;
    private const int NameLength = 30;
    private const int Flags = 32;
    private const int Header = 33;

    // So that most states of the same group fit into the array of the last one.
    private const int Granularity = 16;

    /// <summary>Creates a replica with room for the state.</summary>
    public static byte[] Create(ReadOnlySpan<byte> name, int state)
    {
        int length = Header + name.Length + state;
        byte[] replica = new byte[(length + Granularity - 1) / Granularity * Granularity];
        BinaryPrimitives.WriteUInt16LittleEndian(replica.AsSpan(NameLength), (ushort)name.Length);
        name.CopyTo(replica.AsSpan(Header));
        return replica;
    }

    /// <summary>Whether a state of this length fits, and does not waste the array.</summary>
    public static bool Fits(byte[] replica, int state)
    {
        int room = replica.Length - Header - NameOf(replica).Length;
        return state <= room && state >= room / 2;
    }

    /// <summary>Replaces the state.</summary>
    public static void Write(byte[] replica, in ReplicaContent content)
    {
        Span<byte> to = replica;
        BinaryPrimitives.WriteInt64LittleEndian(to[SavedAt..], content.SavedAt.Ticks);
        BinaryPrimitives.WriteInt64LittleEndian(to[DecaysAt..], content.DecaysAt.Ticks);
        BinaryPrimitives.WriteInt64LittleEndian(to[Sequence..], content.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(to[StateLength..], content.State.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(to[Owner..], content.Owner);
        to[Flags] = content.CountsForAccount ? (byte)1 : (byte)0;
        content.State.CopyTo(to[(Header + NameOf(replica).Length)..]);
    }

    /// <summary>Reads everything but the name. The state is a part of the array.</summary>
    public static ReplicaContent Read(byte[] replica) => new(
        OwnerOf(replica),
        SequenceOf(replica),
        new(BinaryPrimitives.ReadInt64LittleEndian(replica.AsSpan(SavedAt))),
        DecayOf(replica),
        replica[Flags] != 0,
        replica.AsSpan(Header + NameOf(replica).Length, BinaryPrimitives.ReadInt32LittleEndian(replica.AsSpan(StateLength))));

    /// <summary>The number of the owner.</summary>
    public static ushort OwnerOf(byte[] replica) => BinaryPrimitives.ReadUInt16LittleEndian(replica.AsSpan(Owner));

    /// <summary>The number of the message.</summary>
    public static long SequenceOf(byte[] replica) => BinaryPrimitives.ReadInt64LittleEndian(replica.AsSpan(Sequence));

    /// <summary>The moment at which the state has decayed.</summary>
    public static Instant DecayOf(byte[] replica) => new(BinaryPrimitives.ReadInt64LittleEndian(replica.AsSpan(DecaysAt)));

    /// <summary>The name of the group.</summary>
    public static ReadOnlySpan<byte> NameOf(byte[] replica) =>
        replica.AsSpan(Header, BinaryPrimitives.ReadUInt16LittleEndian(replica.AsSpan(NameLength)));

    /// <summary>The memory of a replica in bytes.</summary>
    public static int BytesOf(byte[] replica) => replica.Length + Overhead - Header;
}

/// <summary>What is kept of a group.</summary>
/// <param name="owner">The number of the owner.</param>
/// <param name="sequence">The number of the owner's message.</param>
/// <param name="savedAt">The moment of the state on the clock of this process.</param>
/// <param name="decaysAt">When the state has decayed.</param>
/// <param name="countsForAccount">Whether the group counts against the bound of its account.</param>
/// <param name="state">The state.</param>
internal readonly ref struct ReplicaContent(
    ushort owner, long sequence, Instant savedAt, Instant decaysAt, bool countsForAccount, ReadOnlySpan<byte> state)
{
    public readonly ushort Owner = owner;
    public readonly long Sequence = sequence;
    public readonly Instant SavedAt = savedAt;
    public readonly Instant DecaysAt = decaysAt;
    public readonly bool CountsForAccount = countsForAccount;
    public readonly ReadOnlySpan<byte> State = state;
}

/// <summary>Compares replicas by the names of their groups.</summary>
internal sealed class ReplicaNameComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    // Callers choose parts of the names, and must not be able to choose the hash.
    private readonly long _seed = Random.Shared.NextInt64();

    public bool Equals(byte[]? x, byte[]? y) => ReferenceEquals(x, y) || StoredReplica.NameOf(x!).SequenceEqual(StoredReplica.NameOf(y!));

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(StoredReplica.NameOf(other));

    public int GetHashCode(byte[] obj) => GetHashCode(StoredReplica.NameOf(obj));

    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)System.IO.Hashing.XxHash3.HashToUInt64(alternate, _seed);

    public byte[] Create(ReadOnlySpan<byte> alternate) => throw new NotSupportedException();
}
