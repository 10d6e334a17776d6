namespace OrleansLimiter;

/// <summary>
/// What the two representations of a rolling window share: they change into one another, and are written to bytes,
/// as a list of times with counts, oldest first. A time may be later than the take it stands for, never earlier, and never later
/// than now: no wait is longer than the window.
/// </summary>
internal abstract class RollingTimes : BucketState
{
    public static AlgorithmDescriptor Describe() => new(
        Algorithm.RollingWindow,
        "rolling-window",
        static rule => rule.Capacity <= RollingLog.MaxPermits ? new RollingLog() : new RollingSlots(),
        Read);

    /// <summary>What is remembered, oldest first.</summary>
    protected abstract IEnumerable<Portion> Times(Rule rule, Instant now);

    /// <summary>Appends a take that is not older than any before it; there is room.</summary>
    protected abstract void Append(Rule rule, int cost, Instant at);

    /// <summary>Division that rounds towards the past: a restored take may be older than this process's origin.</summary>
    protected static long FloorDivide(long value, long divisor) =>
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);

    /// <inheritdoc/>
    protected override BucketState AdoptSame(Rule current, Rule next, Instant now)
    {
        // The grid depends on the window alone: a change of permits that neither clamps nor changes the
        // representation leaves the state as it is.
        int total = Times(current, now).Sum(portion => portion.Cost);
        return current.Window == next.Window && GetType() == Fresh(next).GetType() && total <= next.Capacity
            ? this
            : Build(next, Times(current, now), total, now);
    }

    /// <inheritdoc/>
    protected override BucketState FillUp(Rule rule, int permits, Instant at)
    {
        Portion[] portions = [.. Times(rule, at), new(at, permits)];
        return Build(rule, portions, portions.Sum(portion => portion.Cost), at);
    }

    /// <inheritdoc/>
    public override void Write(BinaryWriter writer, Rule rule, Instant now)
    {
        Portion[] portions = [.. Times(rule, now)];
        writer.Write7BitEncodedInt(portions.Length);
        foreach (Portion portion in portions)
        {
            writer.Write7BitEncodedInt64((now - portion.At).Ticks);
            writer.Write7BitEncodedInt(portion.Cost);
        }
    }

    public static new BucketState Read(BinaryReader reader, Rule rule, Instant now)
    {
        int length = reader.Read7BitEncodedInt();
        if (length < 0 || length > RollingLog.MaxPermits)
        {
            throw new FormatException($"a rolling window has {length} entries; at most {RollingLog.MaxPermits} are possible");
        }

        var portions = new Portion[length];
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
    private static RollingTimes Build(Rule rule, IEnumerable<Portion> portions, int total, Instant now)
    {
        var state = (RollingTimes)Fresh(rule);
        int excess = Math.Max(0, total - rule.Capacity);
        foreach (Portion portion in portions)
        {
            int dropped = Math.Min(excess, portion.Cost);
            excess -= dropped;
            Instant at = Instant.Min(portion.At, now);
            if (portion.Cost > dropped && at + rule.Window >= now)
            {
                state.Append(rule, portion.Cost - dropped, at);
            }
        }

        return state;
    }
}
