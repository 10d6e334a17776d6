using System.Numerics;

namespace OrleansLimiter.Core.Tests.Models;

/// <summary>The level in permits times ticks of the window, where permits drain in every tick: whole numbers of any size.</summary>
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

        // Permits as a fraction, in the units that the next rule drains evenly, rounded up.
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
