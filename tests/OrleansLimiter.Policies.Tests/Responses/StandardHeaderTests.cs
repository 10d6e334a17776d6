using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Policies.Tests.Responses;

public class StandardHeaderTests
{
    private static readonly ResponsesDefinition Standard = new() { Standard = StandardHeaders.Draft10 };

    [Fact]
    public void Each_limit_that_applied_is_one_item()
    {
        var headers = Make.Headers(Make.Decision(
            Make.Policy(Standard, Make.Limit("company"), Make.Limit("tier-1")),
            [Make.Room(50, 49, 59.2), Make.Room(1, 0, 0.3, windowSeconds: 1.5)]));
        Assert.Equal("\"company\";q=50;w=60, \"tier-1\";q=1;w=2", headers["RateLimit-Policy"]);
        Assert.Equal("\"company\";r=49;t=60, \"tier-1\";r=0;t=1", headers["RateLimit"]);
    }

    [Fact]
    public void On_a_refusal_only_limits_that_refuse_say_a_time_and_it_is_their_wait()
    {
        var headers = Make.Headers(Make.Decision(
            Make.Policy(Standard, Make.Limit("company"), Make.Limit("tier-1")), [Make.Room(50, 49, 59), Make.Wait(5, 0.2, 1)]));
        Assert.Equal("\"company\";r=49, \"tier-1\";r=0;t=1", headers["RateLimit"]);
    }

    [Fact]
    public void A_limit_that_blocks_says_no_time()
    {
        var headers = Make.Headers(Make.Decision(Make.Policy(Standard, Make.Limit("company")), [Make.Never(0, 0)]));
        Assert.Equal("\"company\";q=0;w=60", headers["RateLimit-Policy"]);
        Assert.Equal("\"company\";r=0", headers["RateLimit"]);
    }

    [Fact]
    public void A_token_bucket_says_its_capacity_without_a_window()
    {
        var bucket = Make.Limit("tokens") with { Cases = [new(Condition.Always, new(Algorithm.TokenBucket, 10, TimeSpan.FromSeconds(1), 100))] };
        var headers = Make.Headers(Make.Decision(Make.Policy(Standard, bucket), [Make.Room(100, 99, 0.1, windowSeconds: 1)]));
        Assert.Equal("\"tokens\";q=100", headers["RateLimit-Policy"]);
        Assert.Equal("\"tokens\";r=99;t=1", headers["RateLimit"]);
    }

    [Fact]
    public void A_limit_that_could_not_be_asked_is_no_item_and_without_items_there_is_no_header()
    {
        var policy = Make.Policy(Standard, Make.Limit("company"), Make.Limit("tier-1"));
        Assert.Equal("\"tier-1\";r=1;t=0", Make.Headers(Make.Decision(policy, [null, Make.Room(1, 1)]))["RateLimit"]);
        Assert.Empty(Make.Headers(Make.Decision(policy, [null, null])));
        Assert.Empty(Make.Headers(Make.Decision(policy, [])));
    }

    [Fact]
    public void They_are_left_out_where_the_policy_does_not_ask_for_them() =>
        Assert.Empty(Make.Headers(Make.Decision(Make.Policy(new(), Make.Limit("company")), [Make.Room(50, 49)])));
}
