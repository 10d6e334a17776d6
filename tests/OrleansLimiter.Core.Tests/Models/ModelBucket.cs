namespace OrleansLimiter.Core.Tests.Models;

/// <summary>A slow, obvious bucket. It cannot undo: an acquisition is canceled by a replay without it.</summary>
internal abstract class ModelBucket(Rule rule)
{
    protected Rule Rule { get; } = rule;

    public static ModelBucket Of(Rule rule) => rule.Algorithm switch
    {
        Algorithm.RollingWindow => new RollingModel(rule, []),
        Algorithm.FixedWindow => new FixedWindowModel(rule),
        Algorithm.LeakyBucket or Algorithm.TokenBucket => new LevelModel(rule, 0, default),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Algorithm, "there is no model of this algorithm"),
    };

    /// <summary>Acquires a cost that fits. A cost of zero is an acquisition that was canceled.</summary>
    public abstract void Acquire(int cost, Instant now);

    public abstract int Remaining(Instant now);

    /// <summary>The time until more permits remain.</summary>
    public TimeSpan Next(Instant now) =>
        Remaining(now) == Rule.Capacity ? TimeSpan.Zero : RetryAfter(Remaining(now) + 1, now);

    /// <summary>The time until no permits are in use.</summary>
    public abstract TimeSpan Reset(Instant now);

    /// <summary>The time until the cost fits. It does not fit now, but will at some time.</summary>
    public abstract TimeSpan RetryAfter(int cost, Instant now);

    public abstract ModelBucket Under(Rule next, Instant now);

    /// <summary>Counts permits that were already used, even if they do not fit, and returns the resulting bucket.</summary>
    public ModelBucket Consume(int permits, Instant at)
    {
        Acquire(permits, at);
        return Under(Rule, at);
    }

    public virtual bool IsPast(Instant at, Instant now) => false;

    public Reading Read(int cost, Instant now)
    {
        Verdict verdict = cost > Rule.Capacity ? Verdict.Never : cost <= Remaining(now) ? Verdict.Allowed : Verdict.Wait;
        return new(
            Rule.Capacity, Remaining(now), Rule.Window, Next(now), Reset(now),
            verdict == Verdict.Wait ? RetryAfter(cost, now) : TimeSpan.Zero, verdict);
    }
}
