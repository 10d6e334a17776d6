namespace OrleansLimiter;

internal sealed partial class RecentAcquisitions
{
    /// <summary>Writes the acquisitions, leases and changes of rules.</summary>
    public void Write(SnapshotWriter writer)
    {
        (Leases ?? new()).Write(writer);
        writer.Bytes.Write7BitEncodedInt(Count);
        for (int i = 0; i < Count; i++)
        {
            At(i).Write(writer);
        }

        writer.Bytes.Write7BitEncodedInt(_changes?.Count ?? 0);
        foreach (RuleChange change in _changes ?? [])
        {
            writer.Bytes.Write7BitEncodedInt((int)(change.Number - _forgotten));
            change.Write(writer);
        }
    }

    /// <summary>Reads the output of <see cref="Write"/>.</summary>
    /// <exception cref="FormatException">The bytes are not the acquisitions of these buckets.</exception>
    public static RecentAcquisitions Read(SnapshotReader reader, BucketList buckets)
    {
        var leases = GrantedLeases.Read(reader, buckets);
        var recent = new RecentAcquisitions { Leases = leases.IsEmpty ? null : leases };
        int count = reader.ReadCount(MaxBehindReservation, "remembered acquisitions");
        TimeSpan oldest = BucketGroup.IdempotencyWindow;
        for (int i = 0; i < count; i++)
        {
            var acquisition = RecentAcquisition.Read(reader, oldest);
            oldest = reader.Now - acquisition.At;
            recent.Record(acquisition);
        }

        count = reader.ReadCount(int.MaxValue, "changes of rules");
        for (int i = 0; i < count; i++)
        {
            int number = reader.ReadCount(recent.Count, "acquisitions before a change of a rule");
            (recent._changes ??= []).Add(RuleChange.Read(reader, number));
        }

        return recent;
    }
}
