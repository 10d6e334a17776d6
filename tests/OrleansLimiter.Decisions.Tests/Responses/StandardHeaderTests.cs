using static OrleansLimiter.Decisions.Tests.TestDecisions;

namespace OrleansLimiter.Decisions.Tests;

public class StandardHeaderTests
{
    private static readonly ResponsesDefinition Standard = new() { Standard = StandardHeaders.Draft10 };

    [Fact]
    public void Each_limit_that_applied_is_one_item()
    {
        var headers = Headers(Decision(
            Policy(Standard, Limit("company"), Limit("tier-1")),
            [Allowed(50, 47, 59.2, nextSeconds: 29.2), Allowed(1, 0, 0.3, windowSeconds: 2)]));
        Assert.Equal("\"company\";q=50;w=60, \"tier-1\";q=1;w=2", headers["RateLimit-Policy"]);
        Assert.Equal("\"company\";r=47;t=30, \"tier-1\";r=0;t=1", headers["RateLimit"]);
    }

    [Fact]
    public void In_a_denial_only_limits_that_refuse_report_a_time_which_is_their_wait()
    {
        var headers = Headers(Decision(
            Policy(Standard, Limit("company"), Limit("tier-1")), [Allowed(50, 49, 59), Wait(5, 0.2, 1)]));
        Assert.Equal("\"company\";r=49, \"tier-1\";r=0;t=1", headers["RateLimit"]);
    }

    [Fact]
    public void A_blocking_limit_reports_no_time()
    {
        var headers = Headers(Decision(Policy(Standard, Limit("company")), [Never(0, 0)]));
        Assert.Equal("\"company\";q=0;w=60", headers["RateLimit-Policy"]);
        Assert.Equal("\"company\";r=0", headers["RateLimit"]);
    }

    [Fact]
    public void A_token_bucket_reports_its_capacity_without_a_window()
    {
        var bucket = Limit("tokens") with { Cases = [new(Condition.Always, new(Algorithm.TokenBucket, 10, TimeSpan.FromSeconds(1), 100))] };
        var headers = Headers(Decision(Policy(Standard, bucket), [Allowed(100, 99, 0.1, windowSeconds: 1)]));
        Assert.Equal("\"tokens\";q=100", headers["RateLimit-Policy"]);
        Assert.Equal("\"tokens\";r=99;t=1", headers["RateLimit"]);
    }

    [Theory]
    [InlineData(Algorithm.RollingWindow, null, new[] { 0, 2.2 }, "r=2;t=6")]
    [InlineData(Algorithm.FixedWindow, null, new[] { 0, 2.2 }, "r=2;t=6")]
    [InlineData(Algorithm.LeakyBucket, null, new[] { 0.0, 0, 0 }, "r=1;t=2")]
    [InlineData(Algorithm.TokenBucket, null, new[] { 0.0, 0, 0 }, "r=1;t=2")]
    [InlineData(Algorithm.TokenBucket, 8, new[] { 0.0, 0, 0, 0, 0, 0, 0, 0 }, "r=0;t=2")]
    public void The_time_is_until_more_becomes_available(Algorithm algorithm, int? burst, double[] acquired, string expected)
    {
        var rules = new GroupRules([new("limit", new(algorithm, 4, TimeSpan.FromSeconds(8), burst))], new(1, 0));
        var group = new BucketGroup();
        Reading reading = default;
        foreach (double at in acquired)
        {
            reading = group.Acquire(rules, 1, new(TimeSpan.FromSeconds(at).Ticks)).Readings[0];
        }

        var headers = Headers(Decision(Policy(Standard, Limit("company")), [reading]));
        Assert.Equal($"\"company\";{expected}", headers["RateLimit"]);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(60.001)]
    public void A_window_that_is_not_in_whole_seconds_is_omitted(double seconds)
    {
        var headers = Headers(Decision(
            Policy(Standard, Limit("company")), [Allowed(5, 4, seconds, windowSeconds: seconds)]));
        Assert.Equal("\"company\";q=5", headers["RateLimit-Policy"]);
    }

    [Fact]
    public void A_full_limit_reports_no_time() => Assert.Equal(
        "\"company\";r=50",
        Headers(Decision(Policy(Standard, Limit("company")), [Allowed(50, 50)]))["RateLimit"]);

    [Fact]
    public void A_limit_whose_group_is_unavailable_is_omitted_and_without_items_there_is_no_header()
    {
        var policy = Policy(Standard, Limit("company"), Limit("tier-1"));
        Assert.Equal("\"tier-1\";r=0;t=1", Headers(Decision(policy, [null, Allowed(1, 0, 0.2)]))["RateLimit"]);
        Assert.Empty(Headers(Decision(policy, [null, null])));
        Assert.Empty(Headers(Decision(policy, [])));
    }

    [Fact]
    public void Standard_headers_are_omitted_unless_the_policy_enables_them() =>
        Assert.Empty(Headers(Decision(Policy(new(), Limit("company")), [Allowed(50, 49)])));
}
