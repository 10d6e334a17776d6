namespace OrleansLimiter;

/// <summary>
/// Rolling window above 4,096 permits: 64 slots of a 63rd of the window. A slot counts until its end plus the
/// window, so the limit is never exceeded and a permit comes back at most one slot late.
/// </summary>
internal sealed class RollingSlots : RollingTimes
{
    private const int Slots = 64;

    private int[] _counts = new int[Slots];
    private long _oldest;
    private long _newest;
    private int _total;

    public override Reading Read(Rule rule, int cost, Instant now)
    {
        Expire(rule, now);
        return ReadTotal(rule, cost, now);
    }

    public override void Take(Rule rule, int cost, Instant now, out Reading reading)
    {
        Expire(rule, now);
        if (cost > rule.Capacity - _total)
        {
            reading = ReadTotal(rule, cost, now);
            return;
        }

        Append(rule, cost, now);
        reading = new(
            rule.Capacity, rule.Capacity - _total, rule.Window, UntilExpiry(rule, _newest, now), TimeSpan.Zero, Verdict.Allowed);
    }

    public override TimeSpan ResetWith(Rule rule, int permits, Instant later, Instant now) =>
        UntilExpiry(rule, SlotAt(rule, later), now);

    public override void Undo(Rule rule, ReadOnlySpan<Portion> story, Instant now)
    {
        Expire(rule, now);
        foreach (Portion portion in story)
        {
            long slot = SlotAt(rule, portion.At);
            if (portion.Undone && _total > 0 && slot >= _oldest && slot <= _newest)
            {
                int freed = Math.Min(portion.Cost, _counts[Slot(slot)]);
                _counts[Slot(slot)] -= freed;
                _total -= freed;
            }
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
        clone._counts = [.. _counts];
        return clone;
    }

    protected override IEnumerable<Portion> Times(Rule rule, Instant now)
    {
        Expire(rule, now);
        for (long slot = _oldest; _total > 0 && slot <= _newest; slot++)
        {
            if (_counts[Slot(slot)] is > 0 and int count)
            {
                // The last tick inside the slot, so that rebuilding on the same grid finds the same slot.
                yield return new(new((slot + 1) * Width(rule) - 1), count);
            }
        }
    }

    protected override void Append(Rule rule, int cost, Instant at)
    {
        long slot = SlotAt(rule, at);
        (_oldest, _newest) = _total == 0 ? (slot, slot) : (_oldest, Math.Max(slot, _newest));
        _counts[Slot(_newest)] += cost;
        _total += cost;
    }

    private static long Width(Rule rule) => (rule.Window.Ticks + Slots - 2) / (Slots - 1);

    private static int Slot(long slot) => (int)(slot & (Slots - 1));

    private static long SlotAt(Rule rule, Instant at) => FloorDivide(at.Ticks, Width(rule));

    // A slot's end plus the window, less now: what is 0 or below no longer counts. At most 64 slots do.
    private static TimeSpan UntilExpiry(Rule rule, long slot, Instant now) =>
        new((slot + 1) * Width(rule) + rule.Window.Ticks - now.Ticks);

    private Reading ReadTotal(Rule rule, int cost, Instant now)
    {
        int remaining = rule.Capacity - _total;
        TimeSpan reset = _total == 0 ? TimeSpan.Zero : UntilExpiry(rule, NewestUsed(), now);
        if (cost <= remaining)
        {
            return new(rule.Capacity, remaining, rule.Window, reset, TimeSpan.Zero, Verdict.Allowed);
        }

        return cost > rule.Capacity
            ? new(rule.Capacity, remaining, rule.Window, reset, TimeSpan.Zero, Verdict.Never)
            : new(rule.Capacity, remaining, rule.Window, reset, UntilExpiry(rule, SlotThatFrees(cost - remaining), now), Verdict.Wait);
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
        for (; _total > 0 && UntilExpiry(rule, _oldest, now) <= TimeSpan.Zero; _oldest++)
        {
            _total -= _counts[Slot(_oldest)];
            _counts[Slot(_oldest)] = 0;
        }
    }
}
