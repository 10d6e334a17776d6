namespace OrleansLimiter;

/// <summary>
/// What the two representations of a rolling window share: they change into one another, and are written to bytes, as a list of
/// times with counts, oldest first. A time may be later than the acquisition it stands for, never earlier, and never later than
/// now: no wait is longer than the window.
/// </summary>
internal abstract class RollingTimes : BucketState
{
    public static AlgorithmDescriptor Describe() => new(
        Algorithm.RollingWindow,
        "rolling-window",
        static rule => rule.Capacity <= RollingLog.MaxPermits ? new RollingLog() : new RollingSlots(),
        Read);

    /// <summary>What is remembered, oldest first.</summary>
    protected abstract IEnumerable<UndoEntry> Times(Rule rule, Instant now);

    /// <summary>Appends an acquisition that is not older than any before it; there is room.</summary>
    protected abstract void Append(Rule rule, int cost, Instant at);

    /// <summary>Division that rounds towards the past: a restored acquisition may be older than this process's origin.</summary>
    protected static long FloorDivide(long value, long divisor) =>
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);

    /// <inheritdoc/>
    protected override BucketState AdoptSame(Rule current, Rule next, Instant now)
    {
        // The grid depends on the window alone: a change of permits that neither clamps nor changes the
        // representation leaves the state as it is.
        int total = Times(current, now).Sum(entry => entry.Cost);
        return current.Window == next.Window && GetType() == Fresh(next).GetType() && total <= next.Capacity
            ? this
            : Build(next, Times(current, now), total, now);
    }

    /// <inheritdoc/>
    protected override BucketState FillUp(Rule rule, int permits, Instant at)
    {
        UndoEntry[] portions = [.. Times(rule, at), new(at, permits)];
        return Build(rule, portions, portions.Sum(entry => entry.Cost), at);
    }

    /// <inheritdoc/>
    public override void Write(BinaryWriter writer, Rule rule, Instant now)
    {
        UndoEntry[] portions = [.. Times(rule, now)];
        writer.Write7BitEncodedInt(portions.Length);
        foreach (UndoEntry entry in portions)
        {
            writer.Write7BitEncodedInt64((now - entry.At).Ticks);
            writer.Write7BitEncodedInt(entry.Cost);
        }
    }

    public static new BucketState Read(BinaryReader reader, Rule rule, Instant now)
    {
        int length = reader.Read7BitEncodedInt();
        if (length < 0 || length > RollingLog.MaxPermits)
        {
            throw new FormatException($"a rolling window has {length} entries; at most {RollingLog.MaxPermits} are possible");
        }

        var portions = new UndoEntry[length];
        long total = 0;
        long last = rule.Window.Ticks;
        for (int i = 0; i < length; i++)
        {
            long age = reader.Read7BitEncodedInt64();
            int cost = reader.Read7BitEncodedInt();
            total += cost;
            if (age < 0 || age > last || cost < 1 || total > rule.Capacity)
            {
                throw new FormatException(
                    $"entry {i} of a rolling window of {rule.Window.Ticks} ticks has an age of {age} and a cost of {cost}; "
                    + $"entries must be ordered from the oldest and cost at most {rule.Capacity} together");
            }

            last = age;
            portions[i] = new(new(now.Ticks - age), cost);
        }

        return Build(rule, portions, (int)total, now);
    }

    // What exceeds the capacity is dropped from the oldest end: the bucket is then full exactly as long as it would
    // have been with all of it.
    private static RollingTimes Build(Rule rule, IEnumerable<UndoEntry> portions, int total, Instant now)
    {
        var state = (RollingTimes)Fresh(rule);
        int excess = Math.Max(0, total - rule.Capacity);
        foreach (UndoEntry entry in portions)
        {
            int dropped = Math.Min(excess, entry.Cost);
            excess -= dropped;
            Instant at = Instant.Min(entry.At, now);
            if (entry.Cost > dropped && at + rule.Window >= now)
            {
                state.Append(rule, entry.Cost - dropped, at);
            }
        }

        return state;
    }
}
