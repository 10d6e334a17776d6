namespace OrleansLimiter;

/// <summary>
/// Serializes a bucket group, for hand-over and restart. Times are written as ages, so that another process can read them. The ids of
/// acquisitions are not written, so reservations become final.
/// </summary>
public static class GroupSnapshot
{
    /// <summary>The version of the format: the first byte.</summary>
    public const byte Version = 1;

    /// <summary>Writes a group as it is at <paramref name="now"/>.</summary>
    public static byte[] Save(BucketGroup group, Instant now)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Version);
        group.Write(writer, now);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>
    /// Restores the output of <see cref="Save"/> into an unused group. <paramref name="savedAt"/> is the moment of the snapshot on the
    /// clock of this process; it can be before the origin of the clock.
    /// </summary>
    /// <exception cref="FormatException">The bytes are damaged, or have an unsupported version.</exception>
    public static void Restore(BucketGroup group, byte[] snapshot, Instant savedAt)
    {
        using var reader = new BinaryReader(new MemoryStream(snapshot));
        try
        {
            byte version = reader.ReadByte();
            if (version != Version)
            {
                throw new FormatException($"the snapshot has version {version}; this process reads version {Version}");
            }

            group.Read(reader, savedAt);
            if (reader.BaseStream.Position != snapshot.Length)
            {
                throw new FormatException($"the snapshot ends at byte {reader.BaseStream.Position}, but has {snapshot.Length} bytes");
            }
        }
        catch (Exception exception) when (exception is FormatException or IOException)
        {
            group.Reset();
            throw exception as FormatException
                ?? new FormatException($"the snapshot ends at byte {snapshot.Length}, before it is complete", exception);
        }
    }
}
