namespace OrleansLimiter.Core.Tests.Models;

/// <summary>A slow, obvious bucket. It only goes forward: undoing an acquisition is to live without it from the start.</summary>
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

    /// <summary>There is room. A cost of zero stands for an acquisition that was undone.</summary>
    public abstract void Acquire(int cost, Instant now);

    public abstract int Remaining(Instant now);

    /// <summary>Until more remains.</summary>
    public TimeSpan Next(Instant now) =>
        Remaining(now) == Rule.Capacity ? TimeSpan.Zero : RetryAfter(Remaining(now) + 1, now);

    /// <summary>Until nothing counts any more.</summary>
    public abstract TimeSpan Reset(Instant now);

    /// <summary>Until the cost has room, which it has not now and will have some time.</summary>
    public abstract TimeSpan RetryAfter(int cost, Instant now);

    public abstract ModelBucket Under(Rule next, Instant now);

    /// <summary>What was used already, whether it has room or not; the bucket to go on with.</summary>
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
