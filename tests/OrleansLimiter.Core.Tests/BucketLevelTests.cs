using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class BucketLevelTests
{
    private readonly BucketGroup _group = new();

    [Fact]
    public void Forty_permits_in_sixty_seconds_refill_one_permit_every_1500_ms()
    {
        GroupRules rules = Rule(Algorithm.LeakyBucket, permits: 40, seconds: 60);
        _group.Acquire(rules, 40, At(0));

        for (int given = 1; given <= 40; given++)
        {
            Assert.Equal(given - 1, _group.Read(rules, 1, At(1.5 * given) - new TimeSpan(1)).Readings[0].Remaining);
            Assert.Equal(given, _group.Remaining(rules, at: 1.5 * given));
        }
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(3, 0.001)]
    [InlineData(999_983, 60)]
    public void Two_hundred_thousand_acquisitions_at_the_earliest_time_drift_by_less_than_a_tick(int permits, double seconds)
    {
        GroupRules rules = Rule(Algorithm.LeakyBucket, permits, seconds);
        Instant now = At(0);
        _group.Acquire(rules, permits, now);
        for (int i = 0; i < 200_000; i++)
        {
            now += _group.Read(rules, 1, now).Readings[0].RetryAfter;
            Assert.Equal(GroupOutcome.Allowed, _group.Acquire(rules, 1, now).Outcome);
        }

        Int128 exact = (Int128)200_000 * TimeSpan.FromSeconds(seconds).Ticks;
        Assert.Equal((exact + permits - 1) / permits, (Int128)now.Ticks);
    }

    [Fact]
    public void A_token_bucket_holds_its_burst_and_refills_at_its_permits()
    {
        GroupRules rules = Rule(Algorithm.TokenBucket, permits: 2, seconds: 1, burst: 10);

        Assert.Equal(0, _group.Acquire(rules, 10, At(0)).Readings[0].Remaining);
        Assert.Equal(TimeSpan.FromSeconds(5), _group.Read(rules, 10, At(0)).Readings[0].RetryAfter);
        Assert.Equal((4, 10), (_group.Remaining(rules, at: 2), _group.Remaining(rules, at: 60)));
    }

    [Fact]
    public void Canceling_does_not_return_permits_that_would_have_drained_from_an_empty_bucket()
    {
        GroupRules rules = Rule(Algorithm.LeakyBucket, permits: 10, seconds: 10);
        OperationId returned = _group.AcquireAll(rules, at: 0, reserve: true, 1)[0];
        _group.Acquire(rules, 5, At(0.75));

        // A quarter of the permit had not drained. Without it, the level would be 5.
        _group.Cancel(returned, At(0.75));

        Assert.Equal(TimeSpan.FromSeconds(5), _group.Read(rules, 1, At(0.75)).Readings[0].Reset);
    }

    [Fact]
    public void A_slower_rate_keeps_the_acquired_permits()
    {
        _group.Acquire(Rule(Algorithm.LeakyBucket, permits: 10, seconds: 1), 6, At(0));

        Reading reading = _group.Read(Rule(2, 0, Algorithm.LeakyBucket, 10, seconds: 10), 1, At(0.1)).Readings[0];

        Assert.Equal((5, TimeSpan.FromSeconds(5)), (reading.Remaining, reading.Reset));
    }
}
