namespace OrleansLimiter;

/// <summary>
/// Leaky and token bucket. The level is what was acquired and has not drained yet, as a whole number of the units of <see
/// cref="LeakRate"/>, so that rounding errors do not add up.
/// </summary>
internal sealed class BucketLevel : BucketState
{
    public static AlgorithmDescriptor DescribeLeakyBucket() =>
        new(Algorithm.LeakyBucket, "leaky-bucket", static _ => new BucketLevel(), Read) { Validate = LeakRate.Validate };

    public static AlgorithmDescriptor DescribeTokenBucket() =>
        new(Algorithm.TokenBucket, "token-bucket", static _ => new BucketLevel(), Read) { Validate = LeakRate.Validate, HasBurst = true };

    private long _level;
    private Instant _at;

    public override Reading Read(Rule rule, int cost, Instant now) => ReadLevel(rule, cost, LevelAt(rule, now));

    public override bool Admits(Rule rule, int cost, Instant now) => Admits(rule, cost, LevelAt(rule, now));

    public override void Acquire(Rule rule, int cost, Instant now, out Reading reading)
    {
        LeakRate rate = rule.LeakRate;
        long level = LevelAt(rule, now);
        if (!Admits(rule, cost, level))
        {
            reading = ReadLevel(rule, cost, level);
            return;
        }

        (_level, _at) = (level + cost * rate.PermitWeight, now);
        (long remaining, long part) = Math.DivRem(Full(rule) - _level, rate.PermitWeight);
        reading = new(
            rule.Capacity, (int)remaining, rule.Window, Next(_level, part, rate), Wait(_level, rate), TimeSpan.Zero, Verdict.Allowed);
    }

    public override TimeSpan ResetWith(Rule rule, int permits, Instant later, Instant now)
    {
        long level = LevelAt(rule, later);
        long added = Math.Min(Full(rule) - level, Math.Min(permits, rule.Capacity) * rule.LeakRate.PermitWeight);
        return later - now + Wait(level + added, rule.LeakRate);
    }

    public override TimeSpan LongestReset(Rule rule) => Wait(Full(rule), rule.LeakRate);

    // Without the undone acquisitions the level would be lower by their weight, but not lower than the level that the other
    // acquisitions alone would have reached: an empty bucket does not drain further.
    public override void Undo(Rule rule, ReadOnlySpan<UndoEntry> undoLog, Instant now)
    {
        var rest = new BucketLevel();
        Int128 undone = 0;
        foreach (UndoEntry entry in undoLog)
        {
            long weight = entry.Cost * rule.LeakRate.PermitWeight;
            if (entry.Undone)
            {
                undone += weight;
            }
            else
            {
                (rest._level, rest._at) = (rest.LevelAt(rule, entry.At) + weight, entry.At);
            }
        }

        long level = LevelAt(rule, now);
        _level = Math.Min(level, (long)Int128.Max(level - undone, rest.LevelAt(rule, now)));
        _at = now;
    }

    public override bool IsEmpty(Rule rule, Instant now) => LevelAt(rule, now) == 0;

    protected override BucketState AdoptSame(Rule current, Rule next, Instant now)
    {
        Int128 scaled = (Int128)LevelAt(current, now) * next.LeakRate.PermitWeight;
        Int128 level = (scaled + current.LeakRate.PermitWeight - 1) / current.LeakRate.PermitWeight;
        return new BucketLevel { _level = (long)Int128.Min(level, Full(next)), _at = now };
    }

    // Both levels drain at the same rate, so the higher one stays the higher one.
    public override BucketState Merge(Rule rule, BucketState other, Instant now) =>
        new BucketLevel { _level = Math.Max(LevelAt(rule, now), ((BucketLevel)other).LevelAt(rule, now)), _at = now };

    public override void Write(BinaryWriter writer, Rule rule, Instant now) => writer.Write7BitEncodedInt64(LevelAt(rule, now));

    public static new BucketLevel Read(BinaryReader reader, Rule rule, Instant now)
    {
        long level = reader.Read7BitEncodedInt64();
        return level < 0 || level > Full(rule)
            ? throw new FormatException($"a bucket's level is {level}; its capacity is {Full(rule)}")
            : new() { _level = level, _at = now };
    }

    protected override BucketState FillUp(Rule rule, int permits, Instant at)
    {
        (_level, _at) = (Full(rule), at);
        return this;
    }

    private static bool Admits(Rule rule, int cost, long level) =>
        cost <= rule.Capacity && cost * rule.LeakRate.PermitWeight <= Full(rule) - level;

    private static long Full(Rule rule) => rule.Capacity * rule.LeakRate.PermitWeight;

    private static Reading ReadLevel(Rule rule, int cost, long level)
    {
        LeakRate rate = rule.LeakRate;
        (long whole, long part) = Math.DivRem(Full(rule) - level, rate.PermitWeight);
        Verdict verdict = VerdictOf(rule, cost, (int)whole);
        TimeSpan retry = verdict == Verdict.Wait ? Wait(level - (rule.Capacity - cost) * rate.PermitWeight, rate) : TimeSpan.Zero;
        return new(rule.Capacity, (int)whole, rule.Window, Next(level, part, rate), Wait(level, rate), retry, verdict);
    }

    // A free part of a permit shortens the wait for the next one.
    private static TimeSpan Next(long level, long part, LeakRate rate) =>
        level == 0 ? TimeSpan.Zero : Wait(rate.PermitWeight - part, rate);

    // Rounded up, so that the units have drained after this time.
    private static TimeSpan Wait(long units, LeakRate rate) => new((units + rate.PerTick - 1) / rate.PerTick);

    private long LevelAt(Rule rule, Instant now)
    {
        long elapsed = Math.Max(0, now.Ticks - _at.Ticks);
        long high = Math.BigMul(elapsed, rule.LeakRate.PerTick, out long drained);
        return high != 0 || drained < 0 || drained >= _level ? 0 : _level - drained;
    }
}
