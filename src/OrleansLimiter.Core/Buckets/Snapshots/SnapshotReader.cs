namespace OrleansLimiter;

/// <summary>Reads the output of <see cref="SnapshotWriter"/>.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="now">The moment of the snapshot, on the clock of this process.</param>
/// <param name="share">Returns what is used for rules that were read; null to use them.</param>
internal sealed class SnapshotReader(BinaryReader bytes, Instant now, Func<GroupRules, GroupRules>? share = null)
{
    private readonly List<GroupRules> _rules = [];

    public BinaryReader Bytes => bytes;

    public Instant Now => now;

    /// <exception cref="FormatException">The time is not from 0 to <paramref name="oldest"/>.</exception>
    public Instant ReadTime(TimeSpan oldest, string of)
    {
        long age = bytes.Read7BitEncodedInt64();
        return age >= 0 && age <= oldest.Ticks
            ? new(now.Ticks - age)
            : throw new FormatException($"{of} has an age of {age} ticks; it must be from 0 to {oldest.Ticks}");
    }

    /// <exception cref="FormatException">The number is not from 0 to <paramref name="max"/>.</exception>
    public int ReadCount(int max, string of)
    {
        int count = bytes.Read7BitEncodedInt();
        return count >= 0 && count <= max
            ? count
            : throw new FormatException($"the group has {count} {of}; it can have 0 to {max}");
    }

    /// <exception cref="FormatException">The rules are not valid.</exception>
    public GroupRules ReadRules()
    {
        int known = bytes.Read7BitEncodedInt();
        if (known >= 0 && known < _rules.Count)
        {
            return _rules[known];
        }

        if (known != _rules.Count)
        {
            throw new FormatException($"rules number {known} occurs before number {_rules.Count}");
        }

        var generation = new Generation(bytes.Read7BitEncodedInt(), bytes.ReadUInt32());
        bool mayLease = bytes.ReadBoolean();
        int count = ReadCount(BucketGroup.MaxBuckets, "rules of one request");
        var rules = ImmutableArray.CreateBuilder<BucketRule>();
        for (int i = 0; i < count; i++)
        {
            string bucket = bytes.ReadString();
            rules.Add(new(bucket, ReadRule(bucket)));
        }

        try
        {
            GroupRules read = new(rules.DrainToImmutable(), generation) { MayLease = mayLease };
            _rules.Add(share is null ? read : share(read));
        }
        catch (ArgumentException invalid)
        {
            throw new FormatException(invalid.Message, invalid);
        }

        return _rules[^1];
    }

    /// <exception cref="FormatException">The rule is not valid.</exception>
    public Rule ReadRule(string bucket)
    {
        var algorithm = (Algorithm)bytes.ReadByte();
        int permits = bytes.Read7BitEncodedInt();
        var window = new TimeSpan(bytes.Read7BitEncodedInt64());
        int given = bytes.Read7BitEncodedInt();
        int? burst = given == 0 ? null : given;
        return Rule.Validate(algorithm, permits, window, burst) is { } error
            ? throw new FormatException($"bucket '{bucket}': {error}")
            : new(algorithm, permits, window, burst);
    }
}
