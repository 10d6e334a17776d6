using System.Buffers.Binary;
using System.IO.Hashing;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// The bytes of a part of a shard: the version of the format and of <see cref="GroupSnapshot"/>, the moment in UTC at which the part was
/// written, a checksum, and the states as <see cref="ReplicaFrameWriter"/> writes them. Their ages are relative to that moment.
/// </summary>
internal static class CountsPartFormat
{
    /// <summary>The version of the format.</summary>
    public const byte Version = 1;

    private const int MomentAt = 2;
    private const int ChecksumAt = 10;
    private const int Header = 14;

    // More than the age of any count. It bounds the numbers that a wrong clock produces.
    private static readonly TimeSpan MaxAge = 2 * Rule.MaxWindow;

    /// <summary>Writes a part.</summary>
    public static byte[] Write(byte[] frame, DateTimeOffset utcNow)
    {
        byte[] content = new byte[Header + frame.Length];
        (content[0], content[1]) = (Version, GroupSnapshot.Version);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(MomentAt), utcNow.UtcTicks);
        frame.CopyTo(content, Header);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(ChecksumAt), Checksum(content));
        return content;
    }

    /// <summary>Reads a part.</summary>
    /// <param name="content">The bytes; empty if nothing was written.</param>
    /// <param name="utcNow">Now.</param>
    /// <param name="elapsed">
    /// The time since the part was written. If the clock went backwards, no time has passed, so that counts never decay too early.
    /// </param>
    /// <returns>The states.</returns>
    /// <exception cref="FormatException">The bytes are damaged.</exception>
    /// <exception cref="NotSupportedException">A newer version has written the bytes.</exception>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> content, DateTimeOffset utcNow, out TimeSpan elapsed)
    {
        elapsed = TimeSpan.Zero;
        if (content.IsEmpty)
        {
            return content;
        }

        if (content[0] > Version || (content.Length > 1 && content[1] > GroupSnapshot.Version))
        {
            throw new NotSupportedException(
                $"it has version {content[0]}.{(content.Length > 1 ? content[1] : 0)}, but this silo reads version "
                + $"{Version}.{GroupSnapshot.Version}");
        }

        if (content.Length < Header || BinaryPrimitives.ReadUInt32LittleEndian(content[ChecksumAt..]) != Checksum(content))
        {
            throw new FormatException("its checksum is wrong");
        }

        long passed = utcNow.UtcTicks - BinaryPrimitives.ReadInt64LittleEndian(content[MomentAt..]);
        elapsed = TimeSpan.FromTicks(Math.Clamp(passed, 0, MaxAge.Ticks));
        ReadOnlySpan<byte> frame = content[Header..];
        return ReplicaFrameReader.Check(frame) is { } error ? throw new FormatException(error) : frame;
    }

    private static uint Checksum(ReadOnlySpan<byte> content)
    {
        var crc = new Crc32();
        crc.Append(content[..ChecksumAt]);
        crc.Append(content[Header..]);
        return crc.GetCurrentHashAsUInt32();
    }
}
