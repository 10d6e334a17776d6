namespace OrleansLimiter;

/// <summary>
/// Fixed window: opens at the first acquisition that is not canceled, and closes exactly one window later. A count of 0 means that no
/// window is open.
/// </summary>
internal sealed class FixedWindow : BucketState
{
    public static AlgorithmDescriptor Describe() => new(Algorithm.FixedWindow, "fixed-window", static _ => new FixedWindow(), Read);

    private Instant _opened;
    private int _count;

    public override Reading Read(Rule rule, int cost, Instant now)
    {
        int count = CountAt(rule, now);
        int remaining = Math.Max(0, rule.Capacity - count);
        TimeSpan reset = count == 0 ? TimeSpan.Zero : _opened + rule.Window - now;
        Verdict verdict = VerdictOf(rule, cost, remaining);
        return new(rule.Capacity, remaining, rule.Window, reset, reset, verdict == Verdict.Wait ? reset : TimeSpan.Zero, verdict);
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

        (_opened, _count) = (count == 0 ? now : _opened, count + cost);
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
            if (entry.Undone && entry.At >= _opened)
            {
                count = Math.Max(0, count - entry.Cost);
            }
            else if (entry.At >= _opened)
            {
                opened = staying == 0 ? entry.At : opened;
                staying += entry.Cost;
            }
        }

        // A count above the costs of the log includes acquisitions before it. Then the first acquisition of the window is not undone,
        // and the window opened with it.
        (_opened, _count) = (staying >= count ? opened : _opened, count);
    }

    public override bool IsPast(Rule rule, Instant at, Instant now) => at < _opened || CountAt(rule, now) == 0;

    public override bool IsEmpty(Rule rule, Instant now) => CountAt(rule, now) == 0;

    protected override BucketState AdoptSame(Rule current, Rule next, Instant now) =>
        new FixedWindow { _opened = _opened, _count = Math.Min(CountAt(current, now), next.Capacity) };

    // Of two open windows the later one closes last, and at that moment the larger count must still count.
    public override BucketState Merge(Rule rule, BucketState other, Instant now)
    {
        var state = (FixedWindow)other;
        return state.CountAt(rule, now) == 0 ? this
            : CountAt(rule, now) == 0 ? state.Clone()
            : new FixedWindow { _opened = Instant.Max(_opened, state._opened), _count = Math.Max(_count, state._count) };
    }

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
        (_opened, _count) = (CountAt(rule, at) == 0 ? at : _opened, rule.Capacity);
        return this;
    }

    private int CountAt(Rule rule, Instant now) => now < _opened + rule.Window ? _count : 0;
}
