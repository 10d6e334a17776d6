using OrleansLimiter.Decisions;

namespace OrleansLimiter.Core.Tests;

public class RuleTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    public static readonly TheoryData<Algorithm, long, TimeSpan, long?, string> Errors = new()
    {
        { 0, 1, Minute, null, "this version has no algorithm 0" },
        { (Algorithm)5, 1, Minute, null, "this version has no algorithm 5" },
        { Algorithm.FixedWindow, -1, Minute, null, "permits is -1; it must be from 0 to 1000000000" },
        { Algorithm.FixedWindow, 1_000_000_001, Minute, null, "permits is 1000000001; it must be from 0 to 1000000000" },
        { Algorithm.FixedWindow, 1, TimeSpan.FromTicks(9_999), null, "window is 0.9999 ms; it must be from 1 ms to 366 days" },
        { Algorithm.FixedWindow, 1, TimeSpan.Zero, null, "window is 0 ms; it must be from 1 ms to 366 days" },
        { Algorithm.FixedWindow, 1, -Minute, null, "window is -60000 ms; it must be from 1 ms to 366 days" },
        {
            Algorithm.FixedWindow, 1, Rule.MaxWindow + new TimeSpan(10_000), null,
            "window is 31622400001 ms; it must be from 1 ms to 366 days"
        },
        { Algorithm.LeakyBucket, 1, Minute, 1, "burst is given, but only a token-bucket has one" },
        { Algorithm.TokenBucket, 1, Minute, 0, "burst is 0; it must be from 1 to 1000000000" },
        { Algorithm.TokenBucket, 1, Minute, 1_000_000_001, "burst is 1000000001; it must be from 1 to 1000000000" },
        {
            Algorithm.LeakyBucket, 999_999_937, Rule.MaxWindow, null,
            "a capacity of 999999937 with 999999937 permits per 366.00:00:00 cannot be counted exactly in 64 bits; "
            + "choose permits that divide the window more evenly, a smaller capacity or a shorter window"
        },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_contains_the_value_found_and_what_is_expected(
        Algorithm algorithm, long permits, TimeSpan window, long? burst, string error)
    {
        Assert.Equal(error, Rule.Validate(algorithm, permits, window, burst));

        if (permits is >= int.MinValue and <= int.MaxValue)
        {
            Assert.Equal(error, Assert.Throws<ArgumentException>(() => new Rule(algorithm, (int)permits, window, (int?)burst)).Message);
        }
    }

    [Theory]
    [InlineData(Algorithm.RollingWindow)]
    [InlineData(Algorithm.FixedWindow)]
    [InlineData(Algorithm.LeakyBucket)]
    [InlineData(Algorithm.TokenBucket)]
    public void The_minimum_and_maximum_values_are_allowed(Algorithm algorithm)
    {
        Assert.Null(Rule.Validate(algorithm, Rule.MaxPermits, Rule.MaxWindow));
        Assert.Null(Rule.Validate(algorithm, Rule.MaxPermits, Rule.MinWindow));
        Assert.Null(Rule.Validate(algorithm, 0, Rule.MaxWindow));
        Assert.Null(Rule.Validate(algorithm, 1, Rule.MinWindow));
    }

    [Fact]
    public void The_capacity_is_the_permits_or_the_burst_or_zero_when_blocked()
    {
        Assert.Equal((5, 0), Numbers(new(Algorithm.TokenBucket, 5, Minute)));
        Assert.Equal((9, 9), Numbers(new(Algorithm.TokenBucket, 5, Minute, 9)));
        Assert.Equal((0, 9), Numbers(new(Algorithm.TokenBucket, 0, Minute, 9)));

        static (int, int) Numbers(Rule rule) => (rule.Capacity, rule.Burst);
    }

    [Fact]
    public void Two_rules_with_the_same_content_are_equal()
    {
        Assert.Equal(new Rule(Algorithm.FixedWindow, 5, Minute), new Rule(Algorithm.FixedWindow, 5, Minute));
        Assert.NotEqual(new Rule(Algorithm.TokenBucket, 5, Minute), new Rule(Algorithm.TokenBucket, 5, Minute, 5));
    }

    [Theory]
    [InlineData(10, 60, 20, 60, true)]
    [InlineData(20, 60, 10, 60, false)]
    [InlineData(10, 60, 10, 60, false)]
    [InlineData(10, 60, 10, 30, true)]
    [InlineData(1, 1, 60, 60, true)]
    [InlineData(60, 60, 1, 1, false)]
    [InlineData(0, 1, 1, 31_622_400, true)]
    [InlineData(1_000_000_000, 31_622_400, 999_999_999, 31_622_400, false)]
    public void The_lower_rate_is_stricter_and_at_the_same_rate_the_smaller_capacity(
        int permits, double seconds, int thanPermits, double thanSeconds, bool stricter) =>
        Assert.Equal(stricter, new Rule(Algorithm.FixedWindow, permits, TimeSpan.FromSeconds(seconds)).IsStricterThan(
            new(Algorithm.RollingWindow, thanPermits, TimeSpan.FromSeconds(thanSeconds))));
}
