namespace OrleansLimiter;

/// <summary>
/// Fixed window: opens at the first take that stays, closes exactly one window later. A count of zero means that
/// no window is open.
/// </summary>
internal sealed class FixedWindow : BucketState
{
    private Instant _opened;
    private int _count;

    public override Reading Read(Rule rule, int cost, Instant now)
    {
        int count = CountAt(rule, now);
        int remaining = Math.Max(0, rule.Capacity - count);
        TimeSpan reset = count == 0 ? TimeSpan.Zero : _opened + rule.Window - now;
        return cost <= remaining ? new(rule.Capacity, remaining, rule.Window, reset, TimeSpan.Zero, Verdict.Allowed)
            : cost <= rule.Capacity ? new(rule.Capacity, remaining, rule.Window, reset, reset, Verdict.Wait)
            : new(rule.Capacity, remaining, rule.Window, reset, TimeSpan.Zero, Verdict.Never);
    }

    public override Reading Take(Rule rule, int cost, Instant now)
    {
        int count = CountAt(rule, now);
        if (cost > rule.Capacity - count)
        {
            return Read(rule, cost, now);
        }

        if (count == 0)
        {
            _opened = now;
        }

        _count = count + cost;
        return new(
            rule.Capacity, rule.Capacity - _count, rule.Window, _opened + rule.Window - now, TimeSpan.Zero, Verdict.Allowed);
    }

    public override void Return(Rule rule, int cost, Instant at, ReadOnlySpan<Portion> later, Instant now)
    {
        int freed = Returnable(rule, cost, at, now);
        if (freed == 0)
        {
            return;
        }

        _count -= freed;
        long laterCount = 0;
        foreach (Portion portion in later)
        {
            laterCount += portion.Cost;
        }

        // Whatever the later takes do not explain came before: the window's first take stays, and so does its opening.
        if (laterCount >= _count && _count > 0)
        {
            _opened = later[0].At;
        }
    }

    public override int Returnable(Rule rule, int cost, Instant at, Instant now) =>
        at >= _opened ? Math.Min(cost, CountAt(rule, now)) : 0;

    public override bool IsEmpty(Rule rule, Instant now) => CountAt(rule, now) == 0;

    public override BucketState Adopt(Rule current, Rule next, Instant now)
    {
        if (next.Algorithm != Algorithm.FixedWindow)
        {
            return Fresh(next);
        }

        _count = Math.Min(CountAt(current, now), next.Capacity);
        return this;
    }

    public override void Write(BinaryWriter writer, Rule rule, Instant now)
    {
        writer.Write7BitEncodedInt(CountAt(rule, now));
        writer.Write7BitEncodedInt64((now - _opened).Ticks);
    }

    public static new FixedWindow Read(BinaryReader reader, Rule rule, Instant now)
    {
        int count = reader.Read7BitEncodedInt();
        long age = reader.Read7BitEncodedInt64();
        return count < 0 || count > rule.Capacity || age < 0
            ? throw new FormatException($"a fixed window has a count of {count} of {rule.Capacity} and an age of {age} ticks")
            : new() { _count = age < rule.Window.Ticks ? count : 0, _opened = new(now.Ticks - age) };
    }

    private int CountAt(Rule rule, Instant now) => now < _opened + rule.Window ? _count : 0;
}
