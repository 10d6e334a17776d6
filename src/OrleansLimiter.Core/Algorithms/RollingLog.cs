namespace OrleansLimiter;

/// <summary>
/// Rolling window up to 4,096 permits: the time of every permit, on the rule's grid, rounded up to it (never in the
/// caller's favour). All that is remembered lies within one window of the newest, so the low 16 bits of a grid number
/// tell it: two bytes a permit.
/// </summary>
internal sealed class RollingLog : RollingTimes
{
    /// <summary>The most permits that are logged one by one.</summary>
    public const int MaxPermits = 4096;

    private const int FirstLength = 4;
    private const int KeptLength = 64;

    private ushort[] _log = [];
    private int _head;
    private int _count;
    private long _newest;

    public override Reading Read(Rule rule, int cost, Instant now)
    {
        long quantum = rule.Grid;
        Expire(rule, quantum, now);
        return ReadCount(rule, cost, now);
    }

    public override void Take(Rule rule, int cost, Instant now, out Reading reading)
    {
        long quantum = rule.Grid;
        Expire(rule, quantum, now);
        if (cost > rule.Capacity - _count)
        {
            reading = ReadCount(rule, cost, now);
            return;
        }

        Push(rule, cost, RoundUp(now, quantum));
        reading = new(
            rule.Capacity, rule.Capacity - _count, rule.Window, UntilExpiry(rule, _newest, now), TimeSpan.Zero, Verdict.Allowed);
    }

    public override TimeSpan ResetWith(Rule rule, int permits, Instant later, Instant now) =>
        UntilExpiry(rule, RoundUp(later, rule.Grid), now);

    // One walk over the log and the story together, both in the order of time.
    public override void Undo(Rule rule, ReadOnlySpan<Portion> story, Instant now)
    {
        long quantum = rule.Grid;
        Expire(rule, quantum, now);
        int kept = 0;
        long newest = 0;
        int next = 0;
        int left = 0;
        long time = long.MinValue;
        for (int i = 0; i < _count; i++)
        {
            long at = TimeAt(i);
            while ((left == 0 || time < at) && next < story.Length)
            {
                Portion portion = story[next++];
                (left, time) = (portion.Undone ? portion.Cost : 0, RoundUp(portion.At, quantum));
            }

            if (left > 0 && time == at)
            {
                left--;
            }
            else
            {
                newest = at;
                _log[Index(kept++)] = _log[Index(i)];
            }
        }

        (_count, _newest) = (kept, newest);
    }

    public override bool IsEmpty(Rule rule, Instant now)
    {
        Expire(rule, rule.Grid, now);
        return _count == 0;
    }

    public override BucketState Clone()
    {
        var clone = (RollingLog)base.Clone();
        clone._log = [.. _log];
        return clone;
    }

    protected override IEnumerable<Portion> Times(Rule rule, Instant now)
    {
        long quantum = rule.Grid;
        Expire(rule, quantum, now);
        for (int i = 0, same; i < _count; i += same)
        {
            long time = TimeAt(i);
            for (same = 1; i + same < _count && TimeAt(i + same) == time; same++)
            {
            }

            yield return new(new(time * quantum), same);
        }
    }

    protected override void Append(Rule rule, int cost, Instant at) => Push(rule, cost, RoundUp(at, rule.Grid));

    // A negative time (a restored take from before this process's origin) rounds up as well.
    private static long RoundUp(Instant at, long quantum) => -FloorDivide(-at.Ticks, quantum);

    private Reading ReadCount(Rule rule, int cost, Instant now)
    {
        int remaining = rule.Capacity - _count;
        TimeSpan reset = _count == 0 ? TimeSpan.Zero : UntilExpiry(rule, _newest, now);
        if (cost <= remaining)
        {
            return new(rule.Capacity, remaining, rule.Window, reset, TimeSpan.Zero, Verdict.Allowed);
        }

        return cost > rule.Capacity
            ? new(rule.Capacity, remaining, rule.Window, reset, TimeSpan.Zero, Verdict.Never)
            : new(rule.Capacity, remaining, rule.Window, reset, UntilExpiry(rule, TimeAt(cost - remaining - 1), now), Verdict.Wait);
    }

    private static TimeSpan UntilExpiry(Rule rule, long time, Instant now) =>
        new(time * rule.Grid + rule.Window.Ticks - now.Ticks);

    private void Expire(Rule rule, long quantum, Instant now)
    {
        if (_count == 0)
        {
            return;
        }

        // A grid time counts while it is after the start of the window that ends now.
        long start = now.Ticks - rule.Window.Ticks;
        while (_count > 0 && TimeAt(0) * quantum <= start)
        {
            _head = _head + 1 == _log.Length ? 0 : _head + 1;
            _count--;
        }

        if (_count == 0 && _log.Length > KeptLength)
        {
            _log = [];
        }
    }

    private void Push(Rule rule, int cost, long time)
    {
        _newest = _count == 0 ? time : Math.Max(time, _newest);
        Reserve(_count + cost, rule.Capacity);
        for (int i = 0; i < cost; i++)
        {
            _log[Index(_count++)] = (ushort)_newest;
        }
    }

    private void Reserve(int needed, int capacity)
    {
        if (needed <= _log.Length)
        {
            return;
        }

        int length = Math.Min(capacity, Math.Max(needed, Math.Max(FirstLength, _log.Length * 2)));
        var grown = new ushort[length];
        for (int i = 0; i < _count; i++)
        {
            grown[i] = _log[Index(i)];
        }

        (_log, _head) = (grown, 0);
    }

    private long TimeAt(int index) => _newest - (ushort)((ushort)_newest - _log[Index(index)]);

    private int Index(int index) => _head + index < _log.Length ? _head + index : _head + index - _log.Length;
}
