namespace OrleansLimiter;

/// <summary>
/// The base of the two representations of a rolling window. A list of times with costs, oldest first, converts one into the other, and
/// is the form in bytes. A time can be later than its acquisition, but is never earlier, and never later than now, so that no wait is
/// longer than the window.
/// </summary>
internal abstract class RollingTimes : BucketState
{
    public static AlgorithmDescriptor Describe() => new(
        Algorithm.RollingWindow,
        "rolling-window",
        static rule => rule.Capacity <= RollingLog.MaxPermits ? new RollingLog() : new RollingSlots(),
        Read);

    public override TimeSpan ResetWith(Rule rule, int permits, Instant later, Instant now) => later + rule.Window - now;

    /// <summary>The acquisitions that count, oldest first.</summary>
    protected abstract IEnumerable<UndoEntry> Times(Rule rule, Instant now);

    /// <summary>Appends an acquisition that is not older than any before it, and whose cost remains.</summary>
    protected abstract void Append(Rule rule, int cost, Instant at);

    /// <summary>Division that rounds down. A restored acquisition can have a negative time.</summary>
    protected static long FloorDivide(long value, long divisor) => value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);

    protected override BucketState AdoptSame(Rule current, Rule next, Instant now)
    {
        // The grid depends on the window only. A change of permits that drops nothing and keeps the representation changes no state.
        int total = Times(current, now).Sum(entry => entry.Cost);
        return current.Window == next.Window && GetType() == Fresh(next).GetType() && total <= next.Capacity
            ? this
            : Build(next, Times(current, now), total, now);
    }

    protected override BucketState FillUp(Rule rule, int permits, Instant at)
    {
        UndoEntry[] entries = [.. Times(rule, at), new(at, permits)];
        return Build(rule, entries, entries.Sum(entry => (long)entry.Cost), at);
    }

    public override void Write(BinaryWriter writer, Rule rule, Instant now)
    {
        UndoEntry[] entries = [.. Times(rule, now)];
        writer.Write7BitEncodedInt(entries.Length);
        foreach (UndoEntry entry in entries)
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

        var entries = new UndoEntry[length];
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
            entries[i] = new(new(now.Ticks - age), cost);
        }

        return Build(rule, entries, total, now);
    }

    // Acquisitions above the capacity are dropped, oldest first. The bucket is then full for exactly as long as with all of them.
    private static RollingTimes Build(Rule rule, IEnumerable<UndoEntry> entries, long total, Instant now)
    {
        var state = (RollingTimes)Fresh(rule);
        long excess = Math.Max(0, total - rule.Capacity);
        foreach (UndoEntry entry in entries)
        {
            int dropped = (int)Math.Min(excess, entry.Cost);
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
