using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The format of the file of counts: a line of text with the versions of the format and of <see cref="GroupSnapshot"/>, then records. A
/// record is a marker, the length and the checksum of its content, and the content. The last record of a group is its state.
/// </summary>
internal static class CountsFormat
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    /// <summary>The bytes of a record before its content.</summary>
    public const int PrefixLength = 12;

    /// <summary>The maximum length of the content of a record: 64 MiB, more than a group with all its buckets.</summary>
    public const int MaxContent = 1 << 26;

    private const string Name = "limiter-counts ";
    private const int MaxHeader = 48;

    // The flags of a record.
    private const byte HasState = 1;
    private const byte CountsForAccount = 2;

    /// <summary>The first bytes of a record. They are not valid UTF-8, so no name contains them.</summary>
    public static ReadOnlySpan<byte> Marker => [0xC7, 0xFF, 0x4E, 0xB5];

    /// <summary>The header that this version writes.</summary>
    public static byte[] Header { get; } = HeaderOf(Version, GroupSnapshot.Version);

    /// <summary>Writes the header of versions.</summary>
    public static byte[] HeaderOf(int version, int snapshots) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Name}{version} {snapshots}\n"));

    /// <summary>Reads the header at the beginning of a file.</summary>
    /// <param name="file">The first bytes of the file, at least <see cref="Header"/> if it has so many.</param>
    /// <returns>The length of the header; 0 if a crash left only a part of it.</returns>
    /// <exception cref="FormatException">The message says why the file cannot be used, and what to do.</exception>
    public static int ReadHeader(ReadOnlySpan<byte> file)
    {
        if (file.Length < Header.Length && Header.AsSpan().StartsWith(file))
        {
            return 0;
        }

        ReadOnlySpan<byte> line = file[..Math.Min(file.Length, MaxHeader)];
        int end = line.IndexOf((byte)'\n');
        string[] versions = end < Name.Length || !line.StartsWith(Encoding.ASCII.GetBytes(Name))
            ? [] : Encoding.ASCII.GetString(line[Name.Length..end]).Split(' ');
        if (versions.Length == 0 || !int.TryParse(versions[0], NumberStyles.None, CultureInfo.InvariantCulture, out int version))
        {
            throw new FormatException("is not a file of counts. Name another file with --counts");
        }

        bool isSame = version == Version && versions is [_, var snapshots] && snapshots == $"{GroupSnapshot.Version}";
        return isSame ? end + 1 : throw new FormatException(
            $"has version {string.Join('.', versions)}, but this program reads version {Version}.{GroupSnapshot.Version}. Start a version "
            + "of the program that can read it; or move the file away to start with all counts at zero");
    }

    /// <summary>Writes a record at the end of a stream.</summary>
    public static void Write(MemoryStream to, BinaryWriter writer, in CountsRecord record)
    {
        int begin = (int)to.Position;
        to.Position = begin + PrefixLength;
        writer.Write((byte)((record.State is null ? 0 : HasState) | (record.CountsForAccount ? CountsForAccount : 0)));
        writer.Write(record.At.UtcTicks);
        writer.Write((byte)record.Key.Scope);
        writer.Write((byte)record.Key.Account.Kind);
        writer.Write(record.Key.Account.Name);
        writer.Write(record.Key.Policy);
        writer.Write(record.Key.Endpoint);
        writer.Write(record.Key.Qualifier);
        writer.Write(record.State ?? []);
        writer.Flush();
        Span<byte> whole = to.GetBuffer().AsSpan(begin, (int)to.Position - begin);
        Marker.CopyTo(whole);
        BinaryPrimitives.WriteInt32LittleEndian(whole[4..], whole.Length - PrefixLength);
        BinaryPrimitives.WriteUInt32LittleEndian(whole[8..], Checksum(whole[PrefixLength..]));
    }

    /// <summary>Reads the prefix of a record; false if it is none.</summary>
    public static bool TryReadPrefix(ReadOnlySpan<byte> prefix, out int length, out uint checksum)
    {
        length = BinaryPrimitives.ReadInt32LittleEndian(prefix[4..]);
        checksum = BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]);
        return prefix.StartsWith(Marker) && length is > 0 and <= MaxContent;
    }

    /// <summary>Reads the content of a record.</summary>
    /// <exception cref="FormatException">The content is not one of this version.</exception>
    public static CountsRecord Read(byte[] buffer, int offset, int length, Func<string, string> share)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(buffer, offset, length));
            byte flags = reader.ReadByte();
            var at = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
            var (scope, kind) = ((Scope)reader.ReadByte(), (AccountKind)reader.ReadByte());
            var account = new Account(Enum.IsDefined(kind) ? kind : throw new FormatException($"kind {kind}"), reader.ReadString());
            string policy = share(reader.ReadString());
            var key = new GroupKey(
                Enum.IsDefined(scope) ? scope : throw new FormatException($"scope {scope}"),
                policy, account, share(reader.ReadString()), share(reader.ReadString()));
            byte[] state = reader.ReadBytes(length);
            return flags > (HasState | CountsForAccount)
                ? throw new FormatException($"flags {flags}")
                : new(key, at, (flags & HasState) == 0 ? null : state, (flags & CountsForAccount) != 0);
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            throw new FormatException(error.Message, error);
        }
    }

    /// <summary>The CRC-32C of bytes.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte one in bytes)
        {
            sum = BitOperations.Crc32C(sum, one);
        }

        return ~sum;
    }
}

/// <summary>A group at a moment in UTC.</summary>
/// <param name="Key">The key of the group.</param>
/// <param name="At">The moment.</param>
/// <param name="State">The state; null if permits were returned to the group and no others are in use.</param>
/// <param name="CountsForAccount">Whether the group counts against the bound of its account.</param>
internal readonly record struct CountsRecord(GroupKey Key, DateTimeOffset At, byte[]? State, bool CountsForAccount);
