using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

public class OverrideTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Permits_replace_the_permits_of_the_limit() =>
        Assert.Equal(new Rule(Algorithm.RollingWindow, 500, Minute), Raise(500).Apply(new(Algorithm.RollingWindow, 100, Minute)));

    [Fact]
    public void Zero_permits_block() =>
        Assert.Equal(0, Raise(0).Apply(new(Algorithm.TokenBucket, 100, Minute, 300))!.Capacity);

    [Theory]
    [InlineData(100, 300, 200, 600)]
    [InlineData(100, 300, 10, 30)]
    [InlineData(100, 300, 1, 3)]
    [InlineData(100, 50, 1, 1)]
    [InlineData(3, 10, 2, 6)]
    public void Permits_scale_the_burst_of_a_token_bucket(int permits, int burst, int wanted, int expected) =>
        Assert.Equal(
            new Rule(Algorithm.TokenBucket, wanted, Minute, expected),
            Raise(wanted).Apply(new(Algorithm.TokenBucket, permits, Minute, burst)));

    [Fact]
    public void A_token_bucket_with_zero_permits_gets_the_burst_of_its_policy() =>
        Assert.Equal(
            new Rule(Algorithm.TokenBucket, 5, Minute, 20), Raise(5).Apply(new(Algorithm.TokenBucket, 0, Minute, 20)));

    [Theory]
    [InlineData("2", 100, 200)]
    [InlineData("1.5", 3, 4)]
    [InlineData("0.000001", 100, 1)]
    [InlineData("0.99", 1, 1)]
    [InlineData("1000", 1_000_000, 1_000_000_000)]
    [InlineData("3", 0, 0)]
    public void A_factor_multiplies_permits_and_rounds_down_but_not_below_one(string factor, int permits, int expected) =>
        Assert.Equal(
            new Rule(Algorithm.RollingWindow, expected, Minute),
            (Change() with { Multiply = Number(factor) }).Apply(new(Algorithm.RollingWindow, permits, Minute)));

    [Fact]
    public void A_factor_multiplies_the_burst_as_well() =>
        Assert.Equal(
            new Rule(Algorithm.TokenBucket, 15, Minute, 31),
            (Change() with { Multiply = 1.5m }).Apply(new(Algorithm.TokenBucket, 10, Minute, 21)));

    [Fact]
    public void A_window_replaces_the_window_of_the_limit() =>
        Assert.Equal(
            new Rule(Algorithm.FixedWindow, 100, TimeSpan.FromHours(1)),
            (Change() with { Multiply = 1, Window = TimeSpan.FromHours(1) }).Apply(new(Algorithm.FixedWindow, 100, Minute)));

    [Fact]
    public void Unlimited_leaves_no_rule() =>
        Assert.Null((Change() with { Unlimited = true }).Apply(new(Algorithm.FixedWindow, 100, Minute)));

    [Fact]
    public void The_rule_of_the_policy_is_used_if_the_result_is_not_a_valid_rule()
    {
        var rule = new Rule(Algorithm.FixedWindow, Rule.MaxPermits, Minute);
        Assert.Equal(rule, (Change() with { Multiply = 1000 }).Apply(rule));
        var leaky = new Rule(Algorithm.LeakyBucket, 1, TimeSpan.FromDays(366));
        Assert.Equal(leaky, Raise(999_999_937).Apply(leaky));
    }

    [Fact]
    public void An_override_expires_exactly_at_its_until()
    {
        var change = Raise(1) with { Until = Now };
        Assert.False(change.HasLapsed(Now - TimeSpan.FromTicks(1)));
        Assert.True(change.HasLapsed(Now));
        Assert.False(Raise(1).HasLapsed(DateTimeOffset.MaxValue));
    }

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
