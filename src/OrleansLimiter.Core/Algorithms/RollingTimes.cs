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

    /// <summary>
    /// The time of an acquisition in a merged state. If the representation has one time for several acquisitions, it is a time that does
    /// not depend on which of them are in the state; else the result would depend on the order in which several states are merged.
    /// </summary>
    protected virtual Instant MergedTime(Rule rule, Instant at, Instant newest) => at;

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

    // Seen from the newest acquisition backwards, the merged state has as many permits at each time as the state that has more. So the
    // time of its k-th newest permit is the later one of both k-th newest permits.
    public override BucketState Merge(Rule rule, BucketState other, Instant now)
    {
        UndoEntry[] own = [.. Times(rule, now)];
        UndoEntry[] others = [.. ((RollingTimes)other).Times(rule, now)];
        if (own.AsSpan().SequenceEqual(others))
        {
            return this;
        }

        var merged = new List<UndoEntry>();
        Instant newest = Instant.Max(NewestOf(own), NewestOf(others));
        long total = 0;
        (long Permits, int Left) first = (0, own.Length);
        (long Permits, int Left) second = (0, others.Length);
        while (first.Left > 0 || second.Left > 0)
        {
            Instant at = Instant.Max(NewestOf(own.AsSpan(0, first.Left)), NewestOf(others.AsSpan(0, second.Left)));
            first = CountUntil(own, first, at);
            second = CountUntil(others, second, at);
            long more = Math.Max(first.Permits, second.Permits) - total;
            if (more > 0)
            {
                merged.Add(new(MergedTime(rule, at, newest), (int)more));
                total += more;
            }
        }

        merged.Reverse();
        return Build(rule, merged, total, now);
    }

    private static Instant NewestOf(ReadOnlySpan<UndoEntry> entries) => entries.IsEmpty ? new(long.MinValue) : entries[^1].At;

    private static (long Permits, int Left) CountUntil(UndoEntry[] entries, (long Permits, int Left) counted, Instant at)
    {
        while (counted.Left > 0 && entries[counted.Left - 1].At >= at)
        {
            counted = (counted.Permits + entries[counted.Left - 1].Cost, counted.Left - 1);
        }

        return counted;
    }

    protected override BucketState FillUp(Rule rule, int permits, Instant at)
    {
        UndoEntry[] entries = [.. Times(rule, at), new(at, permits)];
        return Build(rule, entries, entries.Sum(entry => (long)entry.Cost), at);
    }

    public override void Write(BinaryWriter writer, Rule rule, Instant now) => WriteAtMost(writer, rule, now, int.MaxValue);

    public override void WriteAtMost(BinaryWriter writer, Rule rule, Instant now, int maxTimes)
    {
        int count = Times(rule, now).Count();
        int together = Math.Max(1, (int)((count + (long)maxTimes - 1) / maxTimes));
        writer.Write7BitEncodedInt((count + together - 1) / together);
        (int number, int cost) = (0, 0);
        foreach (UndoEntry entry in Times(rule, now))
        {
            cost += entry.Cost;
            if (++number % together == 0 || number == count)
            {
                writer.Write7BitEncodedInt64((now - entry.At).Ticks);
                writer.Write7BitEncodedInt(cost);
                cost = 0;
            }
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
