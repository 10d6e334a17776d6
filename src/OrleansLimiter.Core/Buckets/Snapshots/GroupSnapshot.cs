namespace OrleansLimiter;

/// <summary>
/// Serializes a bucket group, for hand-over and restart: its buckets, quota leases, and recent acquisitions with their ids. Times are
/// written as ages, so that another process can read them.
/// </summary>
public static class GroupSnapshot
{
    /// <summary>The version of the format: the first byte.</summary>
    public const byte Version = 2;

    /// <summary>Writes a group as it is at <paramref name="now"/>.</summary>
    public static byte[] Save(BucketGroup group, Instant now) => Save(group, now, (BucketFilter?)null);

    /// <summary>
    /// Writes the buckets of a group whose counts survive at least this, without decayed ones. Returns null if there are none.
    /// </summary>
    internal static byte[]? Save(BucketGroup group, Instant now, Survive atLeast)
    {
        var keeps = BucketFilter.Of(atLeast);
        return group.LongestReset(keeps, now) > TimeSpan.Zero ? Save(group, now, keeps) : null;
    }

    /// <summary>Writes the buckets of a group that are kept and have not decayed; all buckets if it is null. A rolling window has at most
    /// <paramref name="maxTimes"/> times: several acquisitions have the time of the newest one.</summary>
    internal static byte[] Save(BucketGroup group, Instant now, BucketFilter? keeps, int maxTimes = int.MaxValue)
    {
        SnapshotBuffer buffer = SnapshotBuffer.OfThread;
        buffer.Writer.Write(Version);
        group.Write(new(buffer.Writer, now, keeps, maxTimes));
        return buffer.Take();
    }

    /// <summary>
    /// Restores the output of <see cref="Save(BucketGroup, Instant)"/> into an unused group. <paramref name="savedAt"/> is the moment of
    /// the snapshot on the clock of this process; it can be before the origin of the clock. Leases and reservations end at the moments
    /// at which they would have ended in the saved group.
    /// </summary>
    /// <exception cref="FormatException">The bytes are damaged, or have an unsupported version.</exception>
    public static void Restore(BucketGroup group, byte[] snapshot, Instant savedAt) => Restore(group, snapshot, savedAt, share: null);

    /// <summary>
    /// Returns a state whose rules have the lowest generation, so that the first request enforces its own rules: the generations of an
    /// earlier start say nothing about the policies of this one. Null if all buckets have decayed.
    /// </summary>
    /// <exception cref="FormatException">The state is damaged, or has an unsupported version.</exception>
    internal static byte[]? WithoutGenerations(byte[] state, Instant savedAt, Instant now, RulesPool rules)
    {
        var group = new BucketGroup();
        Restore(group, state, savedAt, rules.Share);
        return Save(group, now, Survive.None);
    }

    /// <summary>
    /// Merges two states of one group (<see cref="BucketGroup.Merge"/>) into a state of <paramref name="now"/>, without decayed buckets.
    /// Returns null if all have decayed. The moments of the states are on the clock of this process.
    /// </summary>
    /// <exception cref="FormatException">A state is damaged, or has an unsupported version.</exception>
    internal static byte[]? Merge(byte[] one, Instant oneAt, byte[] other, Instant otherAt, Instant now)
    {
        var (first, second) = (new BucketGroup(), new BucketGroup());
        Restore(first, one, oneAt);
        Restore(second, other, otherAt);
        first.Merge(second, now);
        return Save(first, now, Survive.None);
    }

    /// <summary>As the other overload; <paramref name="share"/> returns what is used for rules that were read.</summary>
    internal static void Restore(BucketGroup group, byte[] snapshot, Instant savedAt, Func<GroupRules, GroupRules>? share)
    {
        using var reader = new BinaryReader(new MemoryStream(snapshot));
        try
        {
            byte version = reader.ReadByte();
            if (version != Version)
            {
                throw new FormatException($"the snapshot has version {version}; this process reads version {Version}");
            }

            group.Read(new SnapshotReader(reader, savedAt, share));
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
