namespace OrleansLimiter;

/// <summary>
/// Rolling window up to 4,096 permits: a log with the time of every permit, as a multiple of the rule's grid. All times are within one
/// window of the newest, so the low 32 bits identify a time, and a permit takes four bytes.
/// </summary>
/// <remarks>
/// Up to a window of 400 s the grid is one tick, and every time is exact. Above, a time is rounded up to the grid, which is never in
/// favor of the caller. The times between the last two multiples are an exception: they count from the latest acquisition, which is
/// stored exactly, so that no time is in the future.
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

    public override int Bytes => 72 + (sizeof(uint) * _log.Length);

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

    // The log and the undo log are both ordered by time and are read in parallel. A time that was rounded up on the clock of another
    // process, before a hand-over, may be rounded up again on this one.
    public override void Undo(Rule rule, ReadOnlySpan<UndoEntry> undoLog, Instant now)
    {
        Expire(rule, now);
        int kept = 0, next = 0, left = 0;
        int twice = rule.Grid == 1 ? 0 : 1;
        long undone = long.MinValue;
        for (int i = 0; i < _count; i++)
        {
            long number = NumberAt(i);
            while ((left == 0 || undone < number - twice) && next < undoLog.Length)
            {
                UndoEntry entry = undoLog[next++];
                (left, undone) = (entry.Undone ? entry.Cost : 0, RoundUp(entry.At, rule.Grid));
            }

            if (left > 0 && undone <= number && undone >= number - twice)
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

    // A negative time (a restored acquisition from before the origin of this process) is rounded up as well.
    private static long RoundUp(Instant at, long grid) => grid == 1 ? at.Ticks : -FloorDivide(-at.Ticks, grid);

    private Reading ReadCount(Rule rule, int cost, Instant now)
    {
        int remaining = rule.Capacity - _count;
        TimeSpan next = _count == 0 ? TimeSpan.Zero : UntilExpiry(rule, 0, now);
        TimeSpan reset = _count == 0 ? TimeSpan.Zero : UntilExpiry(rule, _count - 1, now);
        Verdict verdict = VerdictOf(rule, cost, remaining);
        TimeSpan retry = verdict == Verdict.Wait ? UntilExpiry(rule, cost - remaining - 1, now) : TimeSpan.Zero;
        return new(rule.Capacity, remaining, rule.Window, next, reset, retry, verdict);
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

        var grown = new uint[Math.Min(capacity, Math.Max(needed, Math.Max(FirstLength, _log.Length * 2)))];
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
