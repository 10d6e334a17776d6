using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

public sealed class PlanTests : IDisposable
{
    private readonly TestLimiter _given = new();

    public void Dispose() => _given.Dispose();

    [Fact]
    public void The_first_case_that_matches_gives_the_rule()
    {
        var fast = new Rule(Algorithm.FixedWindow, 100, TimeSpan.FromSeconds(1));
        LimitDefinition limit = Limit("l", Scope.Account, 10, 1);
        Policy policy = Policy(limit with { Cases = [new(When("plan", "prime"), fast), .. limit.Cases] });
        Assert.Equal(100, LimitOf(policy, Request("a", plan: "prime")));
        Assert.Equal(10, LimitOf(policy, Request("b", plan: "starter")));
        Assert.Equal(10, LimitOf(policy, Request("c")));
    }

    [Fact]
    public void A_limit_of_every_scope_is_decided()
    {
        Assert.All(ScopeDescriptor.All, each => Assert.Equal(10, LimitOf(Policy(Limit("l", each.Scope, 10, 1)), Request())));
    }

    [Fact]
    public void The_groups_of_a_plan_are_in_increasing_order_of_their_scopes_in_which_their_locks_are_taken()
    {
        Scope[] scopes = [.. ScopeDescriptor.All.Select(each => each.Scope)];
        for (int code = 0; code < 81; code++)
        {
            Scope[] limits = [.. new[] { code % 3, code / 3 % 3, code / 9 % 3, code / 27 % 3 }.Select(index => scopes[index])];
            var planned = limits.Select((scope, i) =>
            {
                PolicyLimit limit = Policy(Limit($"l{i}", scope, 10, 1)).Limits[0];
                return new PlannedLimit(limit, limit.Definition.Cases[0].Rule, BucketName.Of(limit.Definition.Name), []);
            });
            var plan = new Plan([.. planned], new(1, 0));
            Assert.Equal(limits.Distinct().Order(), plan.Groups.Select(group => group.Scope));
        }
    }

    [Fact]
    public void The_buckets_of_a_limit_survive_what_the_limit_says()
    {
        PolicyLimit limit = Policy(Limit("l", Scope.Account, 10, 60) with { Survive = Survive.Restart }).Limits[0];
        var planned = new PlannedLimit(limit, limit.Definition.Cases[0].Rule, BucketName.Of("l"), []);

        Assert.Equal(Survive.Restart, new Plan([planned], new(1, 0)).Rules[0].Rules[0].Survive);
        Assert.Equal(Survive.Restart, planned.ToRule(BucketName.Of("l").With("team", "red")).Survive);
    }

    [Fact]
    public void Unless_excludes_a_limit()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 10, 1), Limit("m", Scope.Account, 5, 1) with { Unless = When("mode", "test") });
        Assert.Equal(2, _given.Check(policy, Request(mode: "live")).Count);
        Assert.Equal(1, _given.Check(policy, Request(mode: "test")).Count);
    }

    [Fact]
    public void Every_key_of_a_condition_must_match()
    {
        var both = new Condition([new("plan", ["prime"]), new("operation", ["read"])]);
        Policy policy = Policy(Limit("l", Scope.Account, 10, 1) with { When = both });
        Assert.Equal(1, _given.Check(policy, Request(plan: "prime", method: "HEAD")).Count);
        Assert.Equal(0, _given.Check(policy, Request(plan: "prime", method: "PATCH")).Count);
        Assert.Equal(0, _given.Check(policy, Request(plan: "starter", method: "GET")).Count);
    }

    [Theory]
    [InlineData("endpoint", "exports", "messages")]
    [InlineData("method", "POST", "PURGE")]
    [InlineData("kind", "id", "ip")]
    public void Conditions_can_use_the_keys_that_every_policy_has(string key, string matching, string other)
    {
        Policy policy = Policy(Limit("l", Scope.Account, 10, 1) with { When = When(key, matching) });
        Assert.Equal(1, _given.Check(policy, With(matching)).Count);
        Assert.Equal(0, _given.Check(policy, With(other)).Count);

        LimitRequest With(string value) => key switch
        {
            "endpoint" => Request(endpoint: value),
            "method" => Request(method: value),
            _ => Request() with { Account = new(value == "ip" ? AccountKind.Ip : AccountKind.Id, "a") },
        };
    }

    [Fact]
    public void An_unlisted_endpoint_matches_other()
    {
        Policy policy = Policy(Limit("l", Scope.Endpoint, 10, 1) with { When = When("endpoint", "other") });
        Assert.Equal(1, _given.Check(policy, Request(endpoint: "GET /v1/x")).Count);
        Assert.Equal(0, _given.Check(policy, Request(endpoint: "exports")).Count);
    }

    [Fact]
    public void A_value_that_the_policy_does_not_mention_matches_no_condition()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 10, 1) with { When = When("team", "red") });
        Assert.Equal(1, _given.Check(policy, Request(team: "red")).Count);
        Assert.Equal(0, _given.Check(policy, Request(team: "blue")).Count);
        Assert.Equal(0, _given.Check(policy, Request()).Count);
    }

    [Fact]
    public void A_key_separates_buckets_inside_the_group()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 1, 1) with { Key = ["mode", "operation"] });
        Assert.True(_given.Check(policy, Request(mode: "live", method: "GET")).Allowed);
        Assert.True(_given.Check(policy, Request(mode: "live", method: "POST")).Allowed);
        Assert.True(_given.Check(policy, Request(mode: "test", method: "GET")).Allowed);
        Assert.False(_given.Check(policy, Request(mode: "live", method: "HEAD")).Allowed);
        Assert.Equal(1, _given.Store.Living.Count);
    }

    [Fact]
    public void A_key_on_an_open_attribute_separates_every_value_of_any_characters()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 1, 1) with { Key = ["team", "mode"] });
        foreach (string team in (string[])["red", "blue", "red/mode=live", "red%2Fmode=live", ""])
        {
            Assert.True(_given.Check(policy, Request(team: team)).Allowed, team);
            Assert.False(_given.Check(policy, Request(team: team)).Allowed, team);
        }
    }

    [Fact]
    public void Modes_separate_endpoint_groups_and_not_account_groups()
    {
        Policy policy = Policy(Limit("e", Scope.Endpoint, 1, 1), Limit("a", Scope.Account, 2, 1));
        Assert.True(_given.Check(policy, Request(mode: "live")).Allowed);
        Assert.False(_given.Check(policy, Request()).Allowed);
        Assert.True(_given.Check(policy, Request(mode: "test")).Allowed);
        Assert.Equal(0, _given.Check(policy, Request(mode: "test", peek: true))[1].Reading.Remaining);
    }

    [Fact]
    public void An_override_is_in_force_immediately_and_expires_by_itself()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 2, 60));
        _given.Check(policy, Request(cost: 2));
        _given.Overrides.SetAsync(Override() with { Permits = 5, Until = _given.Time.GetUtcNow().AddSeconds(10) });
        Assert.Equal(2, _given.Check(policy, Request())[0].Reading.Remaining);
        _given.Time.Advance(TimeSpan.FromSeconds(10));
        Decision lapsed = _given.Check(policy, Request());
        Assert.False(lapsed.Allowed);
        Assert.Equal(2, lapsed[0].Reading.Limit);
    }

    [Fact]
    public void An_account_is_allowed_again_after_a_block_is_removed()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 2, 60));
        _given.Overrides.SetAsync(Override() with { Permits = 0 });
        Decision blocked = _given.Check(policy, Request());
        Assert.Equal(Verdict.Never, blocked[0].Reading.Verdict);
        Assert.True(_given.Check(policy, Request("b")).Allowed);
        _given.Overrides.RemoveAsync(new(AccountKind.Id, "a"), "p", "l");
        Assert.True(_given.Check(policy, Request()).Allowed);
    }

    [Fact]
    public void An_account_is_allowed_again_after_a_block_expires()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 2, 60));
        _given.Check(policy, Request());
        _given.Overrides.SetAsync(Override() with { Permits = 0, Until = _given.Time.GetUtcNow().AddSeconds(10) });
        Assert.False(_given.Check(policy, Request()).Allowed);
        _given.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_given.Check(policy, Request()).Allowed);
    }

    [Fact]
    public void An_unlimited_override_removes_one_limit_and_keeps_the_others()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 1, 60), Limit("m", Scope.Account, 3, 60));
        _given.Overrides.SetAsync(Override() with { Unlimited = true });
        Decision decision = _given.Check(policy, Request());
        Assert.Equal("m", decision[0].Limit.Name);
        Assert.Equal(1, decision.Count);
    }

    [Fact]
    public void Each_table_of_overrides_has_a_plan_cache_of_its_own()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 1, 60));
        PlanTable[] plans = [.. Enumerable.Range(0, OverrideTables.MaxShards).Select(floor => policy.Plans((uint)floor))];
        Assert.Equal(Enumerable.Range(0, plans.Length), plans.Select(each => (int)each.OverridesVersion));
        for (uint floor = 0; floor < plans.Length; floor++)
        {
            Assert.Same(plans[floor], policy.Plans(floor));
        }
    }

    [Fact]
    public void Plans_of_old_versions_are_released()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 1, 60));
        PlanTable first = policy.Plans(1);
        for (uint version = 2; version < 100; version++)
        {
            policy.Plans(version);
        }

        Assert.NotSame(first, policy.Plans(1));
    }

    private static Override Override() => new() { Account = new(AccountKind.Id, "a"), Policy = "p", Limit = "l" };

    private int LimitOf(Policy policy, LimitRequest request) => _given.Check(policy, request)[0].Reading.Limit;
}
