namespace OrleansLimiter;

/// <summary>One acquisition that a group remembers.</summary>
internal record struct RecentAcquisition(OperationId Id, Instant At, int Cost, AcquisitionStatus Status, GroupRules Rules)
{
    /// <summary>The number of the acquisition before it whose id has the same hash.</summary>
    public ushort Older;

    public readonly bool IsReserved(Instant now) => Status == AcquisitionStatus.Reserved && At + BucketGroup.ReservationTimeout > now;

    public readonly bool Touches(string bucket) => Rules.Names(bucket);

    public readonly void Write(SnapshotWriter writer)
    {
        writer.Bytes.Write(Id.Value);
        writer.WriteAge(At);
        writer.Bytes.Write7BitEncodedInt(Cost);
        writer.Bytes.Write((byte)Status);
        writer.Write(Rules);
    }

    /// <exception cref="FormatException">The bytes are not an acquisition.</exception>
    public static RecentAcquisition Read(SnapshotReader reader, TimeSpan oldest)
    {
        var id = new OperationId(reader.Bytes.ReadInt64());
        Instant at = reader.ReadTime(oldest, "an acquisition");
        int cost = reader.Bytes.Read7BitEncodedInt();
        var status = (AcquisitionStatus)reader.Bytes.ReadByte();
        return cost < 1 || status > AcquisitionStatus.Canceled
            ? throw new FormatException($"an acquisition has a cost of {cost} and the status {(byte)status}")
            : new(id, at, cost, status, reader.ReadRules());
    }
}

/// <summary>A change of a bucket's rule, and the number of the next acquisition.</summary>
internal sealed record RuleChange(string Bucket, Rule Was, Rule Next, Instant At, long Number)
{
    /// <summary>The state before the change; null if the bucket was unused after it.</summary>
    public required BucketState? Before { get; set; }

    public void Write(SnapshotWriter writer)
    {
        writer.Bytes.Write(Bucket);
        writer.Write(Was);
        writer.Write(Next);
        writer.WriteAge(At);
        writer.Bytes.Write(Before is not null);
        Before?.Write(writer.Bytes, Was, At); // its times are ages before the change
    }

    /// <exception cref="FormatException">The bytes are not a change of a rule.</exception>
    public static RuleChange Read(SnapshotReader reader, long number)
    {
        string bucket = reader.Bytes.ReadString();
        Rule was = reader.ReadRule(bucket);
        Rule next = reader.ReadRule(bucket);
        Instant at = reader.ReadTime(BucketGroup.IdempotencyWindow, "a change of a rule");
        BucketState? before = reader.Bytes.ReadBoolean() ? BucketState.Read(reader.Bytes, was, at) : null;
        return new(bucket, was, next, at, number) { Before = before };
    }
}

/// <summary>The status of a remembered acquisition.</summary>
internal enum AcquisitionStatus : byte
{
    Final,
    Reserved,
    Canceled,
}
