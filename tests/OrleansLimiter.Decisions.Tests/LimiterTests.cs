using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

public sealed class LimiterTests : IDisposable
{
    private static readonly Policy BurstAndCompany = Policy(
        Limit("company", Scope.Account, 10, 60), Limit("burst", Scope.Burst, 2, 1, Algorithm.RollingWindow));

    private readonly TestLimiter _given = new();

    public void Dispose() => _given.Dispose();

    [Fact]
    public void One_limit_counts_down_and_reports_a_retry_after()
    {
        Policy policy = Policy(Limit("l", Scope.Endpoint, 2, 60));
        Assert.Equal(new(2, 1, Seconds(60), Seconds(60), Seconds(60), default, Verdict.Allowed), _given.Check(policy, Request())[0].Reading);
        _given.Time.Advance(Seconds(10));
        Assert.Equal(new(2, 0, Seconds(60), Seconds(50), Seconds(50), default, Verdict.Allowed), _given.Check(policy, Request())[0].Reading);
        Decision refused = _given.Check(policy, Request());
        Assert.False(refused.Allowed);
        Assert.Equal(new(2, 0, Seconds(60), Seconds(50), Seconds(50), Seconds(50), Verdict.Wait), refused[0].Reading);
        _given.Time.Advance(Seconds(50));
        Assert.True(_given.Check(policy, Request()).Allowed);
    }

    [Fact]
    public void A_refusal_by_the_burst_consumes_nothing_of_the_company()
    {
        _given.Check(BurstAndCompany, Request());
        _given.Check(BurstAndCompany, Request());
        for (int i = 0; i < 5; i++)
        {
            Decision refused = _given.Check(BurstAndCompany, Request());
            Assert.False(refused.Allowed);
            Assert.Equal(8, refused[0].Reading.Remaining);
            Assert.Equal(Verdict.Wait, refused[1].Reading.Verdict);
        }
    }

    [Fact]
    public void A_refusal_by_the_company_consumes_nothing_of_the_burst()
    {
        _given.Check(BurstAndCompany, Request(endpoint: "messages", resource: "1", cost: 2));
        for (int i = 2; i <= 5; i++)
        {
            Assert.True(_given.Check(BurstAndCompany, Request(endpoint: "messages", resource: i.ToString(), cost: 2)).Allowed);
        }

        Decision refused = _given.Check(BurstAndCompany, Request(endpoint: "messages", resource: "6", cost: 2));
        Assert.False(refused.Allowed);
        Assert.Equal(0, refused[0].Reading.Remaining);
        Assert.Equal(new(2, 2, Seconds(1), default, default, default, Verdict.Allowed), refused[1].Reading);
    }

    [Fact]
    public void A_denied_request_opens_no_window()
    {
        Policy policy = Policy(Limit("company", Scope.Account, 10, 60), Limit("burst", Scope.Burst, 10, 60));
        _given.Check(policy, Request(cost: 10));
        Decision refused = _given.Check(policy, Request(endpoint: "messages", resource: "1"));
        Assert.False(refused.Allowed);
        Assert.Equal(TimeSpan.Zero, refused[1].Reading.Reset);
        Assert.Equal(TimeSpan.Zero, _given.Check(policy, Request(endpoint: "messages", resource: "1", peek: true))[1].Reading.Reset);
    }

    [Fact]
    public void A_peek_consumes_nothing_and_creates_no_group()
    {
        Decision peek = _given.Check(BurstAndCompany, Request(peek: true));
        Assert.True(peek.Allowed);
        Assert.Equal(10, peek[0].Reading.Remaining);
        Assert.Equal(2, peek[1].Reading.Remaining);
        Assert.Equal(0, _given.Store.Living.Count);
    }

    [Fact]
    public void A_cost_above_the_capacity_is_never_allowed_and_creates_no_group()
    {
        Decision refused = _given.Check(BurstAndCompany, Request(cost: int.MaxValue));
        Assert.False(refused.Allowed);
        Assert.Equal(Verdict.Never, refused[0].Reading.Verdict);
        Assert.Equal(Verdict.Never, refused[1].Reading.Verdict);
        Assert.Equal(0, _given.Store.Living.Count);
    }

    [Fact]
    public void Both_limits_that_refuse_are_reported()
    {
        Policy policy = Policy(Limit("company", Scope.Account, 2, 60), Limit("burst", Scope.Burst, 2, 1));
        _given.Check(policy, Request(cost: 2));
        Decision refused = _given.Check(policy, Request());
        Assert.Equal(Seconds(60), refused[0].Reading.RetryAfter);
        Assert.Equal(Seconds(1), refused[1].Reading.RetryAfter);
    }

    [Fact]
    public void Two_limits_of_one_group_are_decided_in_one_step()
    {
        Policy policy = Policy(Limit("minute", Scope.Account, 3, 60), Limit("second", Scope.Account, 2, 1));
        _given.Check(policy, Request(cost: 2));
        Decision refused = _given.Check(policy, Request());
        Assert.False(refused.Allowed);
        Assert.Equal(1, refused[0].Reading.Remaining);
        _given.Time.Advance(Seconds(1));
        Decision passed = _given.Check(policy, Request());
        Assert.True(passed.Allowed);
        Assert.Equal(0, passed[0].Reading.Remaining);
        Assert.Equal(1, passed[1].Reading.Remaining);
    }

    [Fact]
    public void Readings_are_in_the_order_of_the_policy_for_all_scopes()
    {
        Policy policy = Policy(
            Limit("a", Scope.Account, 1, 1), Limit("b", Scope.Burst, 2, 1), Limit("e", Scope.Endpoint, 3, 1), Limit("a2", Scope.Account, 4, 1));
        Decision decision = _given.Check(policy, Request());
        Assert.Equal(["a", "b", "e", "a2"], Enumerable.Range(0, decision.Count).Select(i => decision[i].Limit.Name));
        Assert.Equal([1, 2, 3, 4], Enumerable.Range(0, decision.Count).Select(i => decision[i].Reading.Limit));
    }

    [Fact]
    public void A_request_without_a_limit_is_allowed_and_not_counted()
    {
        Policy policy = Policy(Limit("l", Scope.Account, 1, 60) with { When = When("plan", "prime") });
        Decision decision = _given.Check(policy, Request(plan: "starter"));
        Assert.True(decision.Allowed);
        Assert.Equal(0, decision.Count);
        Assert.Equal(0, _given.Store.Living.Count);
    }

    [Fact]
    public void Above_the_bound_of_groups_on_failure_decides_and_existing_keys_continue()
    {
        using var given = new TestLimiter(maxGroups: 1);
        PolicyDefinition definition = Definition(Limit("l", Scope.Account, 1, 60));
        var allowing = new Policy(definition);
        var denying = new Policy(definition with { Name = "q", OnFailure = OnFailure.Deny });
        given.Check(allowing, Request("first"));

        Decision allowed = given.Check(allowing, Request("second"));
        Assert.True(allowed.Allowed);
        Assert.Equal(DecisionNotes.TooManyGroups | DecisionNotes.FailureDecided, allowed.Notes);
        Assert.False(allowed[0].IsAvailable);
        Assert.False(given.Check(denying, Request("second")).Allowed);
        Assert.False(given.Check(allowing, Request("first")).Allowed);
        Assert.Equal(2, given.Store.Living.BoundReached);
    }

    [Fact]
    public void A_warm_decision_on_one_limit_allocates_nothing()
    {
        Policy policy = Policy(Limit("l", Scope.Endpoint, 1_000_000, 60, Algorithm.RollingWindow));
        LimitRequest request = Request();
        Allocated(policy, request, 100);
        Assert.Equal(0, Allocated(policy, request, 1000));
    }

    [Fact]
    public void A_refusal_on_one_limit_allocates_nothing()
    {
        Policy policy = Policy(Limit("l", Scope.Endpoint, 1, 60, Algorithm.RollingWindow));
        LimitRequest request = Request();
        Allocated(policy, request, 100);
        Assert.Equal(0, Allocated(policy, request, 1000));
    }

    private long Allocated(Policy policy, LimitRequest request, int times)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++)
        {
            _ = _given.Limiter.CheckAsync(policy, request).Result;
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
