using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
    private long _newest;

    // The ticks from the latest acquisition to the newest time.
    private uint _lag;

    // The oldest time is here as well, as is the length of the log: the log of a key that is not in the caches is then only written.
    private uint _oldest;
    private ushort _length;
    private ushort _head;
    private ushort _count;

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

        _count = (ushort)kept;
        if (kept > 0)
        {
            long newest = NumberAt(kept - 1);
            (_newest, _lag) = newest == _newest ? (_newest, _lag) : (newest, 0);
            _oldest = _log[_head];
        }
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
        Instant latest = _count == 0 ? at : Instant.Max(at, Latest(rule));
        _newest = RoundUp(latest, rule.Grid);
        _lag = (uint)((_newest * rule.Grid) - latest.Ticks);
        _oldest = _count == 0 ? (uint)_newest : _oldest;
        Reserve(_count + cost, rule.Capacity);
        for (int i = 0; i < cost; i++)
        {
            Slot(_count++) = (uint)_newest;
        }
    }

    // A negative time (a restored acquisition from before the origin of this process) is rounded up as well.
    private static long RoundUp(Instant at, long grid) => grid == 1 ? at.Ticks : -FloorDivide(-at.Ticks, grid);

    private Reading ReadCount(Rule rule, int cost, Instant now)
    {
        int remaining = rule.Capacity - _count;
        TimeSpan next = _count == 0 ? TimeSpan.Zero : Oldest(rule) + rule.Window - now;
        TimeSpan reset = _count == 0 ? TimeSpan.Zero : Latest(rule) + rule.Window - now;
        Verdict verdict = VerdictOf(rule, cost, remaining);
        TimeSpan retry = verdict == Verdict.Wait ? TimeAt(rule, cost - remaining - 1) + rule.Window - now : TimeSpan.Zero;
        return new(rule.Capacity, remaining, rule.Window, next, reset, retry, verdict);
    }

    private void Expire(Rule rule, Instant now)
    {
        if (_count == 0)
        {
            return;
        }

        // A time counts while it is after the start of the window that ends now.
        Instant start = now - rule.Window;
        while (Oldest(rule) <= start)
        {
            _head = (ushort)Index(1);
            if (--_count == 0)
            {
                Clear();
                return;
            }

            _oldest = Slot(0);
        }
    }

    private void Clear()
    {
        if (_length > KeptLength)
        {
            (_log, _length) = ([], 0);
        }
    }

    private void Reserve(int needed, int capacity)
    {
        if (needed <= _length)
        {
            return;
        }

        var grown = new uint[Math.Min(capacity, Math.Max(needed, Math.Max(FirstLength, _length * 2)))];
        for (int i = 0; i < _count; i++)
        {
            grown[i] = _log[Index(i)];
        }

        (_log, _length, _head) = (grown, (ushort)grown.Length, 0);
    }

    private Instant Latest(Rule rule) => new((_newest * rule.Grid) - _lag);

    private Instant Oldest(Rule rule) => TimeOf(rule, NumberOf(_oldest));

    private Instant TimeAt(Rule rule, int index) => TimeOf(rule, NumberAt(index));

    private Instant TimeOf(Rule rule, long number) => number == _newest ? Latest(rule) : new(number * rule.Grid);

    private long NumberAt(int index) => NumberOf(_log[Index(index)]);

    private long NumberOf(uint bits) => _newest - ((uint)_newest - bits);

    // As _log[Index(index)], which is below the length of the log, but does not read the length from the log. The comparison with null
    // spares the check that would read it.
    private ref uint Slot(int index)
    {
        uint[] log = _log;
        return ref log is null ? ref Unsafe.NullRef<uint>() : ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(log), Index(index));
    }

    private int Index(int index) => _head + index < _length ? _head + index : _head + index - _length;
}
