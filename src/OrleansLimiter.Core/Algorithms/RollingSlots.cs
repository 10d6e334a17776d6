namespace OrleansLimiter;

/// <summary>
/// Rolling window above 4,096 permits: 64 slots of 1/63 of the window each. A whole slot counts until one window after its latest
/// acquisition. So the limit is never exceeded, no wait is longer than the window, and permits expire at most one slot late.
/// </summary>
internal sealed class RollingSlots : RollingTimes
{
    private const int Slots = 64;

    private int[] _counts = new int[Slots];
    private Instant[] _latest = new Instant[Slots];
    private long _oldest;
    private long _newest;
    private int _total;

    public override int Bytes => 104 + (Slots * (sizeof(int) + sizeof(long)));

    public override Reading Read(Rule rule, int cost, Instant now)
    {
        Expire(rule, now);
        return ReadTotal(rule, cost, now);
    }

    public override bool Admits(Rule rule, int cost, Instant now)
    {
        Expire(rule, now);
        return cost <= rule.Capacity - _total;
    }

    public override void Acquire(Rule rule, int cost, Instant now, out Reading reading)
    {
        Expire(rule, now);
        if (cost > rule.Capacity - _total)
        {
            reading = ReadTotal(rule, cost, now);
            return;
        }

        Append(rule, cost, now);
        reading = new(
            rule.Capacity, rule.Capacity - _total, rule.Window, UntilExpiry(rule, _oldest, now), UntilExpiry(rule, _newest, now),
            TimeSpan.Zero, Verdict.Allowed);
    }

    // The slots of another process, before a hand-over, had other boundaries. The times of a slot can be in two slots of this process,
    // but are all counted in the later one. An acquisition whose slot has expired has nothing left in the next one.
    public override void Undo(Rule rule, ReadOnlySpan<UndoEntry> undoLog, Instant now)
    {
        Expire(rule, now);
        foreach (UndoEntry entry in undoLog)
        {
            long slot = SlotAt(rule, entry.At);
            int freed = entry.Undone ? Free(slot, entry.Cost) : 0;
            _total -= freed;
            _total -= entry.Undone && entry.At + rule.Window > now ? Free(slot + 1, entry.Cost - freed) : 0;
        }
    }

    public override bool IsEmpty(Rule rule, Instant now)
    {
        Expire(rule, now);
        return _total == 0;
    }

    public override BucketState Clone()
    {
        var clone = (RollingSlots)base.Clone();
        (clone._counts, clone._latest) = ([.. _counts], [.. _latest]);
        return clone;
    }

    protected override IEnumerable<UndoEntry> Times(Rule rule, Instant now)
    {
        Expire(rule, now);
        for (long slot = _oldest; _total > 0 && slot <= _newest; slot++)
        {
            if (_counts[Slot(slot)] is > 0 and int count)
            {
                yield return new(_latest[Slot(slot)], count);
            }
        }
    }

    protected override void Append(Rule rule, int cost, Instant at)
    {
        long slot = SlotAt(rule, at);
        (_oldest, _newest) = _total == 0 ? (slot, slot) : (_oldest, Math.Max(slot, _newest));
        _counts[Slot(_newest)] += cost;
        _latest[Slot(_newest)] = at;
        _total += cost;
    }

    // The end of its slot, except for the newest slot, whose latest time is the latest of all.
    protected override Instant MergedTime(Rule rule, Instant at, Instant newest)
    {
        long slot = SlotAt(rule, at);
        return slot == SlotAt(rule, newest) ? at : new(((slot + 1) * Width(rule)) - 1);
    }

    private static long Width(Rule rule) => (rule.Window.Ticks + Slots - 2) / (Slots - 1);

    private static int Slot(long slot) => (int)(slot & (Slots - 1));

    private static long SlotAt(Rule rule, Instant at) => FloorDivide(at.Ticks, Width(rule));

    // A slot with 0 or less does not count any more. At most 64 slots count: the current one, and those of the window before it.
    private TimeSpan UntilExpiry(Rule rule, long slot, Instant now) => _latest[Slot(slot)] + rule.Window - now;

    private Reading ReadTotal(Rule rule, int cost, Instant now)
    {
        int remaining = rule.Capacity - _total;
        TimeSpan next = _total == 0 ? TimeSpan.Zero : UntilExpiry(rule, _oldest, now);
        TimeSpan reset = _total == 0 ? TimeSpan.Zero : UntilExpiry(rule, NewestUsed(), now);
        Verdict verdict = VerdictOf(rule, cost, remaining);
        TimeSpan retry = verdict == Verdict.Wait ? UntilExpiry(rule, SlotThatFrees(cost - remaining), now) : TimeSpan.Zero;
        return new(rule.Capacity, remaining, rule.Window, next, reset, retry, verdict);
    }

    private int Free(long slot, int permits)
    {
        int freed = _total > 0 && slot >= _oldest && slot <= _newest ? Math.Min(permits, _counts[Slot(slot)]) : 0;
        _counts[Slot(slot)] -= freed;
        return freed;
    }

    private long NewestUsed()
    {
        long slot = _newest;
        while (_counts[Slot(slot)] == 0)
        {
            slot--;
        }

        return slot;
    }

    private long SlotThatFrees(int needed)
    {
        long slot = _oldest;
        while ((needed -= _counts[Slot(slot)]) > 0)
        {
            slot++;
        }

        return slot;
    }

    private void Expire(Rule rule, Instant now)
    {
        // Slots without acquisitions are skipped.
        for (; _total > 0 && (_counts[Slot(_oldest)] == 0 || UntilExpiry(rule, _oldest, now) <= TimeSpan.Zero); _oldest++)
        {
            _total -= _counts[Slot(_oldest)];
            _counts[Slot(_oldest)] = 0;
        }
    }
}
