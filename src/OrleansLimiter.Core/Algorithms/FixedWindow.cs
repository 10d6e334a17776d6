namespace OrleansLimiter;

/// <summary>
/// Fixed window: opens at the first acquisition that stays, closes exactly one window later. A count of zero means that
/// no window is open.
/// </summary>
internal sealed class FixedWindow : BucketState
{
    public static AlgorithmDescriptor Describe() =>
        new(Algorithm.FixedWindow, "fixed-window", static _ => new FixedWindow(), Read);

    private Instant _opened;
    private int _count;

    public override Reading Read(Rule rule, int cost, Instant now)
    {
        int count = CountAt(rule, now);
        int remaining = Math.Max(0, rule.Capacity - count);
        TimeSpan reset = count == 0 ? TimeSpan.Zero : _opened + rule.Window - now;
        return cost <= remaining ? new(rule.Capacity, remaining, rule.Window, reset, reset, TimeSpan.Zero, Verdict.Allowed)
            : cost <= rule.Capacity ? new(rule.Capacity, remaining, rule.Window, reset, reset, reset, Verdict.Wait)
            : new(rule.Capacity, remaining, rule.Window, reset, reset, TimeSpan.Zero, Verdict.Never);
    }

    public override bool Admits(Rule rule, int cost, Instant now) => cost <= rule.Capacity - CountAt(rule, now);

    public override void Acquire(Rule rule, int cost, Instant now, out Reading reading)
    {
        int count = CountAt(rule, now);
        if (cost > rule.Capacity - count)
        {
            reading = Read(rule, cost, now);
            return;
        }

        if (count == 0)
        {
            _opened = now;
        }

        _count = count + cost;
        TimeSpan reset = _opened + rule.Window - now;
        reading = new(rule.Capacity, rule.Capacity - _count, rule.Window, reset, reset, TimeSpan.Zero, Verdict.Allowed);
    }

    public override TimeSpan ResetWith(Rule rule, int permits, Instant later, Instant now) =>
        (CountAt(rule, later) == 0 ? later : _opened) + rule.Window - now;

    public override void Undo(Rule rule, ReadOnlySpan<UndoEntry> undoLog, Instant now)
    {
        int count = CountAt(rule, now);
        Instant opened = _opened;
        long staying = 0;
        foreach (UndoEntry entry in undoLog)
        {
            if (entry.At < _opened)
            {
                continue;
            }

            if (entry.Undone)
            {
                count = Math.Max(0, count - entry.Cost);
                continue;
            }

            opened = staying == 0 ? entry.At : opened;
            staying += entry.Cost;
        }

        // Whatever the undo log's staying acquisitions do not explain came before it: the window's first acquisition stays, and so
        // does its opening.
        (_opened, _count) = (staying >= count ? opened : _opened, count);
    }

    public override bool IsPast(Rule rule, Instant at, Instant now) => at < _opened || CountAt(rule, now) == 0;

    public override bool IsEmpty(Rule rule, Instant now) => CountAt(rule, now) == 0;

    protected override BucketState AdoptSame(Rule current, Rule next, Instant now) =>
        new FixedWindow { _opened = _opened, _count = Math.Min(CountAt(current, now), next.Capacity) };

    public override void Write(BinaryWriter writer, Rule rule, Instant now)
    {
        int count = CountAt(rule, now);
        writer.Write7BitEncodedInt(count);
        writer.Write7BitEncodedInt64(count == 0 ? 0 : (now - _opened).Ticks);
    }

    public static new FixedWindow Read(BinaryReader reader, Rule rule, Instant now)
    {
        int count = reader.Read7BitEncodedInt();
        long age = reader.Read7BitEncodedInt64();
        return count < 0 || count > rule.Capacity || age < 0 || age >= rule.Window.Ticks
            ? throw new FormatException(
                $"a fixed window of {rule.Window.Ticks} ticks has an age of {age} and a count of {count} of {rule.Capacity}")
            : new() { _count = count, _opened = new(now.Ticks - age) };
    }

    protected override BucketState FillUp(Rule rule, int permits, Instant at)
    {
        _opened = CountAt(rule, at) == 0 ? at : _opened;
        _count = rule.Capacity;
        return this;
    }

    private int CountAt(Rule rule, Instant now) => now < _opened + rule.Window ? _count : 0;
}
