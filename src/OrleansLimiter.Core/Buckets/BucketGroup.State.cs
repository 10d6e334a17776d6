namespace OrleansLimiter;

public partial class BucketGroup
{
    /// <summary>
    /// The memory of the buckets in bytes, without the first one, which is part of the group. Remembered acquisitions are not included,
    /// because they last for two seconds.
    /// </summary>
    internal int BucketBytes => _buckets.Bytes;

    /// <summary>Reads every bucket that has not decayed.</summary>
    /// <param name="now">Now.</param>
    /// <returns>The name, the rule and the reading (for a cost of 1) of each bucket.</returns>
    public IReadOnlyList<(string Bucket, Rule Rule, Reading Reading)> Usage(Instant now)
    {
        CatchUp(now);
        return _buckets.Usage(now, _recent?.Leases);
    }

    /// <summary>
    /// Discards all consumed permits, all remembered acquisitions, and all quota leases. Permits of an earlier lease that are
    /// used afterwards do not count.
    /// </summary>
    public void Reset()
    {
        (_buckets, _recent) = (new BucketList { HasReturned = true, IsQueued = _buckets.IsQueued }, null);
    }

    /// <summary>
    /// Removes buckets and remembered acquisitions that have decayed.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <returns>Whether the group is empty. An empty group can be discarded: a new group gives the same replies.</returns>
    public bool Trim(Instant now)
    {
        CatchUp(now);
        _buckets.DropEmpty(now, _recent?.Leases);
        return _buckets.Count == 0 && _recent is null;
    }

    /// <summary>
    /// The names of the buckets whose counts survive a restart of all silos; null if there are none. A snapshot does not contain them.
    /// </summary>
    internal string[]? NamesOfKept() => _buckets.NamesOfKept();

    /// <summary>Writes the group for <see cref="GroupSnapshot"/>.</summary>
    internal void Write(SnapshotWriter writer)
    {
        CatchUp(writer.Now);
        _buckets.Write(writer, _recent?.Leases);
        writer.Bytes.Write(_recent is not null);
        _recent?.Write(writer);
    }

    /// <summary>Reads the output of <see cref="Write"/> into a new group.</summary>
    /// <exception cref="FormatException">The bytes are not a group of this version.</exception>
    internal void Read(SnapshotReader reader)
    {
        _buckets.Read(reader);
        _recent = reader.Bytes.ReadBoolean() ? RecentAcquisitions.Read(reader, _buckets) : null;
    }
}
