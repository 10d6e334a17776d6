using OrleansLimiter.Policies;
using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests.Several;

/// <summary>Several requests that are decided together.</summary>
public sealed class SeveralDecisionsTests : IDisposable
{
    private static readonly Policy s_company = Policy(Limit("company", Scope.Account, 10, 60));

    private static readonly Policy s_both = Policy(Limit("company", Scope.Account, 10, 60), Limit("paths", Scope.Endpoint, 5, 60));

    private static readonly Policy s_other = new(Definition(Limit("other", Scope.Account, 3, 60)) with { Name = "other" });

    private readonly TestLimiter _given = new();

    public void Dispose() => _given.Dispose();

    [Fact]
    public void No_request_has_no_decision() => Assert.Empty(CheckAll());

    [Fact]
    public void One_request_is_decided_as_by_itself()
    {
        Decision decision = Assert.Single(CheckAll(new LimitCall(s_both, Request(cost: 3))));

        Assert.Equal((true, 7, 2), (decision.Allowed, Remaining(decision, 0), Remaining(decision, 1)));
        Assert.Equal(s_both.Definition.Limits.Length, decision.Count);
    }

    [Fact]
    public void Requests_of_one_bucket_acquire_the_sum_and_show_what_remains_after_all_of_them()
    {
        Decision[] decisions = CheckAll(new(s_company, Request(cost: 2)), new(s_company, Request(cost: 3)), new(s_company, Request()));

        Assert.All(decisions, decision => Assert.Equal(
            (true, new Reading(10, 4, Seconds(60), Seconds(60), Seconds(60), default, Verdict.Allowed)),
            (decision.Allowed, decision[0].Reading)));
    }

    [Fact]
    public void Requests_of_one_account_and_several_endpoints_share_the_group_of_the_account_only()
    {
        Decision[] decisions = CheckAll(new(s_both, Request(cost: 2)), new(s_both, Request(endpoint: "messages", cost: 3)));

        Assert.Equal([5, 5], decisions.Select(each => Remaining(each, 0)));
        Assert.Equal([3, 2], decisions.Select(each => Remaining(each, 1)));
    }

    [Fact]
    public void A_request_that_is_refused_makes_none_acquire_and_the_decisions_say_which_one_it_is()
    {
        CheckAll(new LimitCall(s_both, Request(cost: 4)));

        Decision[] decisions = CheckAll(
            new(s_both, Request(endpoint: "messages", cost: 2)), new(s_both, Request(cost: 2)), new(s_other, Request(account: "b")));

        Assert.Equal([true, false, true], decisions.Select(each => each.Allowed));
        Assert.Equal([6, 6, 3], decisions.Select(each => Remaining(each, 0)));
        Assert.Equal([5, 1], decisions[..2].Select(each => Remaining(each, 1)));
        Assert.Equal(new(5, 1, Seconds(60), Seconds(60), Seconds(60), Seconds(60), Verdict.Wait), decisions[1][1].Reading);
        Assert.Equal(Verdict.Allowed, decisions[0][1].Reading.Verdict);
        Assert.Equal(2, _given.Store.Living.Count);
    }

    [Fact]
    public void Costs_that_fit_each_but_not_together_are_all_refused()
    {
        Decision[] decisions = CheckAll(new(s_company, Request(cost: 6)), new(s_company, Request(cost: 5)), new(s_other, Request()));

        Assert.Equal([false, false, true], decisions.Select(each => each.Allowed));
        Assert.All(decisions[..2], each => Assert.Equal(
            new(10, 10, Seconds(60), default, default, default, Verdict.Never), each[0].Reading));
        Assert.Equal(0, _given.Store.Living.Count);
    }

    [Fact]
    public void After_the_wait_that_they_announce_costs_that_did_not_fit_together_do()
    {
        CheckAll(new LimitCall(s_company, Request(cost: 1)));
        _given.Time.Advance(Seconds(20));
        LimitCall[] calls = [new(s_company, Request(cost: 6)), new(s_company, Request(cost: 4))];
        Decision[] refused = CheckAll(calls);

        Assert.All(refused, each => Assert.Equal((false, Seconds(40)), (each.Allowed, each[0].Reading.RetryAfter)));
        _given.Time.Advance(Seconds(40));
        Assert.All(CheckAll(calls), each => Assert.Equal((true, 0), (each.Allowed, Remaining(each, 0))));
    }

    [Fact]
    public void If_one_cost_does_not_fit_by_itself_the_others_of_its_bucket_are_not_blamed()
    {
        Decision[] decisions = CheckAll(new(s_company, Request(cost: 2)), new(s_company, Request(cost: 11)), new(s_company, Request()));

        Assert.Equal([true, false, true], decisions.Select(each => each.Allowed));
        Assert.Equal([default, default, default], decisions.Select(each => each[0].Reading.RetryAfter));
        Assert.Equal([Verdict.Allowed, Verdict.Never, Verdict.Allowed], decisions.Select(each => each[0].Reading.Verdict));
    }

    [Theory]
    [InlineData(1_000_000_000, 1_000_000_000, 1_000_000_000)]
    [InlineData(int.MaxValue, int.MaxValue, 2)]
    [InlineData(int.MaxValue, 1, 1)]
    public void A_sum_beyond_the_highest_number_of_permits_is_refused(params int[] costs)
    {
        Policy policy = Policy(Limit("l", Scope.Account, 1_000_000_000, 60));

        Decision[] decisions = CheckAll([.. costs.Select(cost => new LimitCall(policy, Request(cost: cost)))]);

        Assert.Contains(decisions, each => !each.Allowed);
        Assert.All(decisions, each => Assert.Equal(1_000_000_000, Remaining(each, 0)));
    }

    [Fact]
    public void A_peek_costs_nothing_and_shows_what_remains_after_the_others()
    {
        Decision[] decisions = CheckAll(new(s_company, Request(cost: 8, peek: true)), new(s_company, Request(cost: 4)));

        Assert.Equal([(true, 6), (true, 6)], decisions.Select(each => (each.Allowed, Remaining(each, 0))));
    }

    [Fact]
    public void The_refusal_of_a_peek_refuses_all()
    {
        CheckAll(new LimitCall(s_other, Request(cost: 3)));

        Decision[] decisions = CheckAll(new(s_company, Request()), new(s_other, Request(peek: true)));

        Assert.Equal([true, false], decisions.Select(each => each.Allowed));
        Assert.Equal([10, 0], decisions.Select(each => Remaining(each, 0)));
    }

    [Fact]
    public void Peeks_only_open_no_group_and_consume_nothing()
    {
        CheckAll(new LimitCall(s_company, Request(cost: 8)));

        Decision[] decisions = CheckAll(
            new(s_company, Request(cost: 2, peek: true)), new(s_company, Request(cost: 3, peek: true)), new(s_other, Request(peek: true)));

        Assert.Equal([(true, 2), (false, 2), (true, 3)], decisions.Select(each => (each.Allowed, Remaining(each, 0))));
        Assert.Equal(1, _given.Store.Living.Count);
    }

    [Fact]
    public void A_group_that_is_only_read_is_not_opened_when_others_acquire()
    {
        Decision[] decisions = CheckAll(new(s_company, Request()), new(s_other, Request(cost: 3, peek: true)));

        Assert.Equal([(true, 9), (true, 3)], decisions.Select(each => (each.Allowed, Remaining(each, 0))));
        Assert.Equal(1, _given.Store.Living.Count);
    }

    [Fact]
    public void Requests_of_one_group_with_different_limits_are_charged_for_their_own_limits_only()
    {
        Policy policy = Policy(
            Limit("all", Scope.Account, 10, 60), Limit("posts", Scope.Account, 5, 60) with { When = When("method", "POST") });

        Decision[] decisions = CheckAll(new(policy, Request(method: "GET", cost: 4)), new(policy, Request(method: "POST", cost: 2)));
        Decision[] after = CheckAll(new(policy, Request(method: "POST")), new(policy, Request(method: "GET")));

        Assert.Equal((1, 4), (decisions[0].Count, Remaining(decisions[0], 0)));
        Assert.Equal((4, 3), (Remaining(decisions[1], 0), Remaining(decisions[1], 1)));
        Assert.Equal((2, 2), (Remaining(after[0], 0), Remaining(after[0], 1)));
    }

    [Fact]
    public void If_two_requests_have_different_rules_for_one_bucket_the_stricter_one_counts()
    {
        LimitDefinition limit = Limit("plans", Scope.Account, 10, 60) with
        {
            Cases =
            [
                new(When("plan", "prime"), new Rule(Algorithm.FixedWindow, 20, Seconds(60))),
                new(Condition.Always, new Rule(Algorithm.FixedWindow, 10, Seconds(60))),
            ],
        };
        Policy policy = Policy(limit);

        Decision[] decisions = CheckAll(new(policy, Request(plan: "prime", cost: 3)), new(policy, Request(plan: "starter", cost: 2)));

        Assert.All(decisions, each => Assert.Equal((true, 10, 5), (each.Allowed, each[0].Reading.Limit, Remaining(each, 0))));
    }

    [Fact]
    public void More_requests_than_are_decided_in_one_step_are_decided_together_as_well()
    {
        LimitCall[] calls = [.. Enumerable.Range(0, 100).Select(i => new LimitCall(s_both, Request(account: $"{i}")))];
        Assert.All(CheckAll(calls), each => Assert.Equal((true, 9, 4), (each.Allowed, Remaining(each, 0), Remaining(each, 1))));

        Decision[] refused = CheckAll([.. calls, new(s_company, Request(account: "7", cost: 10))]);

        Assert.Equal([100], Enumerable.Range(0, 101).Where(i => !refused[i].Allowed));
        Assert.Equal(9, Remaining(Assert.Single(CheckAll(new LimitCall(s_company, Request(account: "3", peek: true)))), 0));
    }

    [Fact]
    public void A_policy_without_a_limit_for_a_request_admits_it()
    {
        Policy none = Policy(Limit("l", Scope.Account, 1, 60) with { When = When("method", "PUT") });

        Decision[] free = CheckAll(new(none, Request()), new(none, Request()));
        Decision[] mixed = CheckAll(new(none, Request()), new(s_other, Request()));

        Assert.Equal([(true, 0), (true, 0)], free.Select(each => (each.Allowed, each.Count)));
        Assert.Equal([(true, 0), (true, 1)], mixed.Select(each => (each.Allowed, each.Count)));
    }

    private Decision[] CheckAll(params LimitCall[] calls)
    {
        ValueTask<Decision[]> decisions = _given.Limiter.CheckAllAsync(calls);
        Assert.True(decisions.IsCompletedSuccessfully, "the in-process store decides at once");
        return decisions.Result;
    }

    private static int Remaining(in Decision decision, int limit) => decision[limit].Reading.Remaining;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
