namespace OrleansLimiter;

/// <summary>Writes the parts of a group. Times are written as ages before the moment of the snapshot.</summary>
/// <param name="bytes">Receives the bytes.</param>
/// <param name="now">The moment of the snapshot.</param>
/// <param name="keeps">Which buckets are written; null for all, also decayed ones.</param>
/// <param name="maxTimes">The maximum number of times of a rolling window, 1 or more.</param>
internal sealed class SnapshotWriter(BinaryWriter bytes, Instant now, BucketFilter? keeps = null, int maxTimes = int.MaxValue)
{
    private readonly List<GroupRules> _rules = [];

    public BinaryWriter Bytes => bytes;

    public Instant Now => now;

    public BucketFilter? Keeps => keeps;

    public int MaxTimes => maxTimes;

    public void WriteAge(Instant at) => bytes.Write7BitEncodedInt64((now - at).Ticks);

    /// <summary>Writes the content of rules when they first occur, and their number afterwards.</summary>
    public void Write(GroupRules rules)
    {
        int known = _rules.IndexOf(rules);
        bytes.Write7BitEncodedInt(known < 0 ? _rules.Count : known);
        if (known >= 0)
        {
            return;
        }

        _rules.Add(rules);
        bytes.Write7BitEncodedInt(rules.Generation.Policy);
        bytes.Write(rules.Generation.Overrides);
        bytes.Write(rules.MayLease);
        bytes.Write7BitEncodedInt(rules.Rules.Length);
        foreach ((string bucket, Rule rule) in rules.Rules)
        {
            bytes.Write(bucket);
            Write(rule);
        }
    }

    public void Write(Rule rule)
    {
        bytes.Write((byte)rule.Algorithm);
        bytes.Write7BitEncodedInt(rule.Permits);
        bytes.Write7BitEncodedInt64(rule.Window.Ticks);
        bytes.Write7BitEncodedInt(rule.Burst);
    }
}
