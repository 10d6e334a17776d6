namespace OrleansLimiter.Core.Tests.Models;

/// <summary>A window that opens at the first acquisition and closes exactly one window later.</summary>
internal sealed class FixedWindowModel(Rule rule) : ModelBucket(rule)
{
    private Instant? _opened;
    private int _count;

    public override void Acquire(int cost, Instant now)
    {
        Close(now);
        _opened = cost > 0 ? _opened ?? now : _opened;
        _count += cost;
    }

    public override int Remaining(Instant now)
    {
        Close(now);
        return Rule.Capacity - _count;
    }

    public override TimeSpan Reset(Instant now)
    {
        Close(now);
        return _opened is { } opened ? opened + Rule.Window - now : TimeSpan.Zero;
    }

    public override TimeSpan RetryAfter(int cost, Instant now) => Reset(now);

    public override ModelBucket Under(Rule next, Instant now)
    {
        Close(now);
        int count = Math.Min(_count, next.Capacity);
        return next.Algorithm != Algorithm.FixedWindow ? Of(next)
            : new FixedWindowModel(next) { _opened = count == 0 ? null : _opened, _count = count };
    }

    public override bool IsPast(Instant at, Instant now)
    {
        Close(now);
        return _opened is not { } opened || at < opened;
    }

    private void Close(Instant now)
    {
        if (_opened + Rule.Window <= now)
        {
            (_opened, _count) = (null, 0);
        }
    }
}
