using System.Numerics;

namespace OrleansLimiter.Core.Tests.Models;

/// <summary>The level in permits times ticks of the window, as integers of any size. The permits of the rule drain in each tick.</summary>
internal sealed class LevelModel(Rule rule, BigInteger level, Instant at) : ModelBucket(rule)
{
    private BigInteger _level = level;
    private Instant _at = at;

    private BigInteger Window => Rule.Window.Ticks;

    private BigInteger Full => Rule.Capacity * Window;

    public override void Acquire(int cost, Instant now) => (_level, _at) = (LevelAt(now) + cost * Window, now);

    public override int Remaining(Instant now) => (int)((Full - LevelAt(now)) / Window);

    public override TimeSpan Reset(Instant now) => Wait(LevelAt(now));

    public override TimeSpan RetryAfter(int cost, Instant now) => Wait(LevelAt(now) - (Rule.Capacity - cost) * Window);

    public override ModelBucket Under(Rule next, Instant now)
    {
        if (next.Algorithm != Rule.Algorithm)
        {
            return Of(next);
        }

        // The level in the units of the next rule, rounded up.
        BigInteger shared = next.Permits == 0 ? next.Window.Ticks : BigInteger.GreatestCommonDivisor(next.Permits, next.Window.Ticks);
        BigInteger units = next.Window.Ticks / shared;
        BigInteger level = Ceiling(LevelAt(now) * units, Window) * shared;
        return new LevelModel(next, BigInteger.Min(level, (BigInteger)next.Capacity * next.Window.Ticks), now);
    }

    private TimeSpan Wait(BigInteger level) => level.IsZero ? TimeSpan.Zero : new((long)Ceiling(level, Rule.Permits));

    private BigInteger LevelAt(Instant now) =>
        _level.IsZero ? 0 : BigInteger.Max(0, _level - (BigInteger)(now - _at).Ticks * Rule.Permits);

    private static BigInteger Ceiling(BigInteger value, BigInteger divisor) => (value + divisor - 1) / divisor;
}
