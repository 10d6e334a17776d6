namespace OrleansLimiter;

/// <summary>
/// Rolling window up to 4,096 permits: the time of every permit, on the rule's grid. All that is remembered lies within one
/// window of the newest, so the low 32 bits of a grid number tell it: four bytes a permit.
/// </summary>
/// <remarks>
/// Up to a window of 400 s a step of the grid is a tick, and every time is exact. Above it, a time is rounded up to the grid (never
/// in the caller's favour), but for those between the last two grid times: they count as of the latest acquisition, which is kept
/// exactly. So no time is ever in the future.
/// </remarks>
internal sealed class RollingLog : RollingTimes
{
    /// <summary>The most permits that are logged one by one.</summary>
    public const int MaxPermits = 4096;

    private const int FirstLength = 4;
    private const int KeptLength = 32;

    private uint[] _log = [];
    private int _head;
    private int _count;
    private long _newest;
    private Instant _latest;

    public override Reading Read(Rule rule, int cost, Instant now)
    {
        Expire(rule, now);
        return ReadCount(rule, cost, now);
    }

    public override bool Admits(Rule rule, int cost, Instant now)
    {
        Expire(rule, now);
        return cost <= rule.Capacity - _count;
    }

    public override void Acquire(Rule rule, int cost, Instant now, out Reading reading)
    {
        Expire(rule, now);
        if (cost > rule.Capacity - _count)
        {
            reading = ReadCount(rule, cost, now);
            return;
        }

        Append(rule, cost, now);
        reading = ReadCount(rule, 0, now);
    }

    public override TimeSpan ResetWith(Rule rule, int permits, Instant later, Instant now) => later + rule.Window - now;

    // One walk over the log and the undo log together, both in the order of time.
    public override void Undo(Rule rule, ReadOnlySpan<UndoEntry> undoLog, Instant now)
    {
        Expire(rule, now);
        int kept = 0;
        int next = 0;
        int left = 0;
        long undone = long.MinValue;
        for (int i = 0; i < _count; i++)
        {
            long number = NumberAt(i);
            while ((left == 0 || undone < number) && next < undoLog.Length)
            {
                UndoEntry entry = undoLog[next++];
                (left, undone) = (entry.Undone ? entry.Cost : 0, RoundUp(entry.At, rule.Grid));
            }

            if (left > 0 && undone == number)
            {
                left--;
            }
            else
            {
                _log[Index(kept++)] = _log[Index(i)];
            }
        }

        _count = kept;
    }

    public override bool IsEmpty(Rule rule, Instant now)
    {
        Expire(rule, now);
        return _count == 0;
    }

    public override BucketState Clone()
    {
        var clone = (RollingLog)base.Clone();
        clone._log = [.. _log];
        return clone;
    }

    protected override IEnumerable<UndoEntry> Times(Rule rule, Instant now)
    {
        Expire(rule, now);
        for (int i = 0, same; i < _count; i += same)
        {
            uint number = _log[Index(i)];
            for (same = 1; i + same < _count && _log[Index(i + same)] == number; same++)
            {
            }

            yield return new(TimeAt(rule, i), same);
        }
    }

    protected override void Append(Rule rule, int cost, Instant at)
    {
        _latest = _count == 0 ? at : Instant.Max(at, _latest);
        _newest = RoundUp(_latest, rule.Grid);
        Reserve(_count + cost, rule.Capacity);
        for (int i = 0; i < cost; i++)
        {
            _log[Index(_count++)] = (uint)_newest;
        }
    }

    // A negative time (a restored acquisition from before this process's origin) rounds up as well.
    private static long RoundUp(Instant at, long grid) => grid == 1 ? at.Ticks : -FloorDivide(-at.Ticks, grid);

    private Reading ReadCount(Rule rule, int cost, Instant now)
    {
        int remaining = rule.Capacity - _count;
        TimeSpan next = _count == 0 ? TimeSpan.Zero : UntilExpiry(rule, 0, now);
        TimeSpan reset = _count == 0 ? TimeSpan.Zero : UntilExpiry(rule, _count - 1, now);
        if (cost <= remaining)
        {
            return new(rule.Capacity, remaining, rule.Window, next, reset, TimeSpan.Zero, Verdict.Allowed);
        }

        return cost > rule.Capacity
            ? new(rule.Capacity, remaining, rule.Window, next, reset, TimeSpan.Zero, Verdict.Never)
            : new(rule.Capacity, remaining, rule.Window, next, reset, UntilExpiry(rule, cost - remaining - 1, now), Verdict.Wait);
    }

    private TimeSpan UntilExpiry(Rule rule, int index, Instant now) => TimeAt(rule, index) + rule.Window - now;

    private void Expire(Rule rule, Instant now)
    {
        if (_count == 0)
        {
            return;
        }

        // A time counts while it is after the start of the window that ends now.
        Instant start = now - rule.Window;
        while (_count > 0 && TimeAt(rule, 0) <= start)
        {
            _head = _head + 1 == _log.Length ? 0 : _head + 1;
            _count--;
        }

        if (_count == 0 && _log.Length > KeptLength)
        {
            _log = [];
        }
    }

    private void Reserve(int needed, int capacity)
    {
        if (needed <= _log.Length)
        {
            return;
        }

        int length = Math.Min(capacity, Math.Max(needed, Math.Max(FirstLength, _log.Length * 2)));
        var grown = new uint[length];
        for (int i = 0; i < _count; i++)
        {
            grown[i] = _log[Index(i)];
        }

        (_log, _head) = (grown, 0);
    }

    private Instant TimeAt(Rule rule, int index)
    {
        long number = NumberAt(index);
        return number == _newest ? _latest : new(number * rule.Grid);
    }

    private long NumberAt(int index) => _newest - ((uint)_newest - _log[Index(index)]);

    private int Index(int index) => _head + index < _log.Length ? _head + index : _head + index - _log.Length;
}
