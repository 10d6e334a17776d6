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

    [Theory]
    [InlineData(Algorithm.RollingWindow, 4, 8_000, null, "q=4;w=8")]
    [InlineData(Algorithm.FixedWindow, 4, 500, null, "q=4;w=1")]
    [InlineData(Algorithm.FixedWindow, 4, 1_001, null, "q=4;w=2")]
    [InlineData(Algorithm.LeakyBucket, 4, 86_400_000, null, "q=4;w=86400")]
    [InlineData(Algorithm.TokenBucket, 10, 1_000, 100, "q=100;w=10")]
    [InlineData(Algorithm.TokenBucket, 100, 60_000, 10, "q=10;w=6")]
    [InlineData(Algorithm.TokenBucket, 7, 1_000, 10, "q=10;w=2")]
    [InlineData(Algorithm.TokenBucket, 10, 1_000, 1, "q=1;w=1")]
    [InlineData(Algorithm.TokenBucket, 10, 60_000, null, "q=10;w=60")]
    [InlineData(Algorithm.TokenBucket, 0, 1_500, 10, "q=0;w=2")]
    [InlineData(Algorithm.TokenBucket, 1, 366L * 86_400_000, 14_000, "q=14000;w=442713600000")]
    public void A_quota_is_the_capacity_and_the_time_in_which_it_is_given_in_whole_seconds_rounded_up(
        Algorithm algorithm, int permits, long window, int? burst, string expected)
    {
        var rule = new Rule(algorithm, permits, TimeSpan.FromMilliseconds(window), burst);
        var policy = Policy(Standard, Limit("company") with { Cases = [new(Condition.Always, rule)] });
        var group = new BucketGroup();
        Reading reading = group.Acquire(new([new("company", rule)], new(1, 0)), 1, new(0)).Readings[0];

        Assert.Equal($"\"company\";{expected}", Headers(Decision(policy, [reading]))["RateLimit-Policy"]);
        Assert.Equal($"\"company\";{expected}", Headers(Decision(policy, [null]))["RateLimit-Policy"]);
    }

    [Fact]
    public void A_bucket_with_a_newer_rule_reports_that_rule_and_no_window_if_its_rate_is_not_known()
    {
        var bucket = Limit("tokens") with { Cases = [new(Condition.Always, new(Algorithm.TokenBucket, 10, TimeSpan.FromSeconds(1), 100))] };
        var headers = Headers(Decision(Policy(Standard, bucket, Limit("company")), [Allowed(50, 49, 0.1, windowSeconds: 1), Allowed(7, 6, 1, 2.5)]));
        Assert.Equal("\"tokens\";q=50, \"company\";q=7;w=3", headers["RateLimit-Policy"]);
        Assert.Equal("\"tokens\";r=49;t=1, \"company\";r=6;t=1", headers["RateLimit"]);
    }

    [Fact]
    public void A_share_of_a_limit_is_reported_while_it_counts_in_place_of_the_limit()
    {
        var bucket = Limit("tokens") with { Cases = [new(Condition.Always, new(Algorithm.TokenBucket, 10, TimeSpan.FromSeconds(1), 100))] };
        var policy = Policy(Standard, bucket, Limit("company")) with { OnFailure = new(OnFailureKind.Local, 0.25m) };
        var headers = Headers(Decision(
            policy, [Allowed(25, 24, 0.1, windowSeconds: 1), Allowed(25, 24, 1)], notes: DecisionNotes.FailureDecided));
        Assert.Equal("\"tokens\";q=25;w=13, \"company\";q=25;w=60", headers["RateLimit-Policy"]); // 2 a second
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

    [Fact]
    public void A_full_limit_reports_no_time() => Assert.Equal(
        "\"company\";r=50",
        Headers(Decision(Policy(Standard, Limit("company")), [Allowed(50, 50)]))["RateLimit"]);

    [Fact]
    public void A_limit_whose_group_is_unavailable_has_a_quota_and_nothing_that_remains()
    {
        var policy = Policy(Standard, Limit("company"), Limit("tier-1"));
        var headers = Headers(Decision(policy, [null, Allowed(1, 0, 0.2)]));
        Assert.Equal("\"company\";q=100;w=60, \"tier-1\";q=1;w=60", headers["RateLimit-Policy"]);
        Assert.Equal("\"tier-1\";r=0;t=1", headers["RateLimit"]);
        Assert.Equal(
            [new("RateLimit-Policy", "\"company\";q=100;w=60, \"tier-1\";q=100;w=60")], Headers(Decision(policy, [null, null])));
    }

    [Fact]
    public void A_request_without_a_limit_has_no_header() =>
        Assert.Empty(Headers(Decision(Policy(Standard, Limit("company")), [])));

    [Fact]
    public void The_quotas_of_a_plan_are_one_text()
    {
        var policy = Policy(Standard, Limit("company"), Limit("tier-1"));
        var decision = Decision(policy, [Allowed(100, 47, 59), null]);

        Assert.Equal("\"company\";q=100;w=60, \"tier-1\";q=100;w=60", StandardHeader.Quotas(decision));
        Assert.Same(StandardHeader.Quotas(decision), StandardHeader.Quotas(decision));
    }

    [Fact]
    public void Standard_headers_are_omitted_unless_the_policy_enables_them() =>
        Assert.Empty(Headers(Decision(Policy(new(), Limit("company")), [Allowed(50, 49)])));
}
