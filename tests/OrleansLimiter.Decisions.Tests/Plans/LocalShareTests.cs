using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>The effect of <c>on-failure: local</c> while groups are unavailable.</summary>
public sealed class LocalShareTests : IDisposable
{
    private static readonly DecisionNotes Failed = DecisionNotes.FailureDecided;

    private readonly TestLimiter _given = new();
    private readonly InProcessBucketStore _here;
    private readonly SlowBucketStore _groups;
    private readonly SlowBucketStore _local;
    private readonly Limiter _limiter;

    public LocalShareTests()
    {
        _here = new(_given.Clock, 3);
        _groups = new(_given.Store) { Lost = { Scope.Account } };
        _local = new(_here) { Quick = { Scope.Account, Scope.Endpoint, Scope.Burst } };
        _limiter = new(_groups, _given.Overrides, _given.Clock, new() { Local = _local });
    }

    public void Dispose()
    {
        _given.Dispose();
        _here.Dispose();
    }

    [Theory]
    [InlineData(10, 0.25, 2)]
    [InlineData(10, 0.29, 2)]
    [InlineData(10, 0.3, 3)]
    [InlineData(10, 1, 10)]
    [InlineData(10, 0.01, 1)]
    [InlineData(1, 0.5, 1)]
    [InlineData(0, 0.5, 0)]
    [InlineData(1_000_000_000, 0.999999, 999_999_000)]
    public void A_share_is_rounded_down_to_at_least_one_and_zero_stays_zero(int permits, double share, int expected) =>
        Assert.Equal(expected, LocalShare.Of(new Rule(Algorithm.FixedWindow, permits, TimeSpan.FromMinutes(1)), (decimal)share).Permits);

    [Fact]
    public void A_burst_is_shared_as_well()
    {
        Rule rule = LocalShare.Of(new Rule(Algorithm.TokenBucket, 10, TimeSpan.FromSeconds(1), burst: 50), 0.5m);
        Assert.Equal((5, 25), (rule.Permits, rule.Burst));
    }

    [Fact]
    public void A_share_that_cannot_be_counted_exactly_is_rounded_down_to_one_that_can()
    {
        var whole = new Rule(Algorithm.LeakyBucket, 1_000_000_000, TimeSpan.FromDays(365));
        Assert.NotNull(Rule.Validate(Algorithm.LeakyBucket, 333_333_333, whole.Window));
        Assert.Equal(333_330_000, LocalShare.Of(whole, 0.333333333m).Permits);
    }

    [Fact]
    public async Task While_its_group_is_unavailable_an_account_has_exactly_its_local_share()
    {
        Policy policy = Policy(0.25m, Limit("company", Scope.Account, 10, 60));
        Decision first = await CheckAsync(policy, Request());
        Decision second = await CheckAsync(policy, Request());
        Decision third = await CheckAsync(policy, Request());
        Assert.Equal((true, true, false), (first.Allowed, second.Allowed, third.Allowed));
        Assert.Equal((2, 1, true), (first[0].Reading.Limit, first[0].Reading.Remaining, first[0].IsAvailable));
        Assert.Equal(TimeSpan.FromSeconds(60), third[0].Reading.RetryAfter);
        Assert.Equal((Failed, Failed, Failed), (first.Notes, second.Notes, third.Notes));
    }

    [Fact]
    public async Task A_group_that_does_not_reply_is_counted_locally_at_the_deadline()
    {
        Policy policy = Policy(0.25m, Limit("company", Scope.Account, 10, 60));
        ValueTask<Decision> asked = _limiter.CheckAsync(policy, Request());
        _given.Advance(199);
        Assert.Empty(_local.Calls);
        _given.Advance(1);
        Assert.True(asked.IsCompleted);
        Assert.Equal(1, (await asked)[0].Reading.Remaining);
        Assert.Equal(["acquire Account"], _local.Calls);
    }

    [Fact]
    public async Task A_group_that_is_available_again_is_used_again()
    {
        Policy policy = Policy(0.25m, Limit("company", Scope.Account, 10, 60));
        await CheckAsync(policy, Request());
        _groups.Lost.Clear();
        Decision decision = await CheckAsync(policy, Request());
        Assert.Equal((10, 9, DecisionNotes.None), (decision[0].Reading.Limit, decision[0].Reading.Remaining, decision.Notes));
        Assert.Equal(["acquire Account"], _local.Calls);
    }

    [Fact]
    public async Task A_local_refusal_cancels_the_acquisitions_of_available_groups()
    {
        Policy policy = Policy(0.1m, Limit("company", Scope.Account, 10, 60), Limit("burst", Scope.Burst, 5, 60));
        Assert.True((await CheckAsync(policy, Burst)).Allowed);
        Decision refused = await CheckAsync(policy, Burst);
        Assert.False(refused.Allowed);
        Assert.Equal((0, 4), (refused[0].Reading.Remaining, refused[1].Reading.Remaining));
    }

    [Fact]
    public async Task A_refusal_by_an_available_group_acquires_nothing_locally()
    {
        Policy policy = Policy(0.5m, Limit("company", Scope.Account, 10, 60), Limit("burst", Scope.Burst, 1, 60));
        await CheckAsync(policy, Burst);
        _local.Calls.Clear();
        Decision refused = await CheckAsync(policy, Burst);
        Assert.False(refused.Allowed);
        Assert.Empty(_local.Calls);
        Assert.Equal((5, 4), (refused[0].Reading.Limit, refused[0].Reading.Remaining));
    }

    [Fact]
    public async Task Several_local_groups_grant_all_or_nothing()
    {
        _groups.Lost.Add(Scope.Burst);
        Policy policy = Policy(0.5m, Limit("company", Scope.Account, 2, 60), Limit("burst", Scope.Burst, 8, 60));
        Assert.True((await CheckAsync(policy, Burst)).Allowed);
        Assert.Equal(["reserve Burst", "acquire Account", "commit Burst"], _local.Calls);
        _local.Calls.Clear();
        Decision refused = await CheckAsync(policy, Burst);
        Assert.False(refused.Allowed);
        Assert.Equal(["reserve Burst", "acquire Account", "cancel Burst"], _local.Calls);
        Assert.Equal((0, 3), (refused[0].Reading.Remaining, refused[1].Reading.Remaining));
    }

    [Fact]
    public async Task A_peek_reads_locally_and_creates_no_group()
    {
        Policy policy = Policy(0.25m, Limit("company", Scope.Account, 10, 60));
        _groups.ReadsAreLost = true;
        Decision decision = await CheckAsync(policy, Request(peek: true));
        Assert.Equal((true, 2, 2), (decision.Allowed, decision[0].Reading.Limit, decision[0].Reading.Remaining));
        Assert.Equal(Failed, decision.Notes);
        Assert.Equal(0, _here.Living.Count);
    }

    [Fact]
    public async Task Each_bucket_of_an_open_key_has_a_share()
    {
        Policy policy = Policy(0.2m, Limit("company", Scope.Account, 10, 60) with { Key = ["team"] });
        await CheckAsync(policy, Request(team: "red", cost: 2));
        Decision red = await CheckAsync(policy, Request(team: "red"));
        Decision blue = await CheckAsync(policy, Request(team: "blue"));
        Assert.Equal((false, true), (red.Allowed, blue.Allowed));
        Assert.Equal(1, blue[0].Reading.Remaining);
    }

    [Fact]
    public async Task The_share_of_a_plan_is_computed_once()
    {
        Policy policy = Policy(0.25m, Limit("company", Scope.Account, 10, 60));
        await CheckAsync(policy, Request());
        await CheckAsync(policy, Request("b"));
        Assert.Same(_local.Rules[0], _local.Rules[1]);
        Assert.Equal(new Generation(1, 0), _local.Rules[0].Generation);
    }

    [Fact]
    public async Task Above_the_bound_of_local_groups_requests_are_allowed()
    {
        Policy policy = Policy(0.25m, Limit("company", Scope.Account, 10, 60));
        foreach (string account in (string[])["a", "b", "c"])
        {
            await CheckAsync(policy, Request(account));
        }

        Decision decision = await CheckAsync(policy, Request("d"));
        Assert.True(decision.Allowed);
        Assert.False(decision[0].IsAvailable);
        Assert.Equal(DecisionNotes.FailureDecided | DecisionNotes.TooManyGroups, decision.Notes);
    }

    [Fact]
    public async Task A_limiter_without_a_local_store_allows()
    {
        var limiter = new Limiter(_groups, _given.Overrides, _given.Clock);
        ValueTask<Decision> asked = limiter.CheckAsync(Policy(0.25m, Limit("company", Scope.Account, 10, 60)), Request());
        _groups.Release();
        Decision decision = await asked;
        Assert.True(decision.Allowed);
        Assert.False(decision[0].IsAvailable);
        Assert.Equal(Failed, decision.Notes);
    }

    private static LimitRequest Burst => Request(endpoint: "messages", resource: "1");

    private static Policy Policy(decimal share, params LimitDefinition[] limits) =>
        new(Definition(limits) with { OnFailure = new(OnFailureKind.Local, share) });

    private async Task<Decision> CheckAsync(Policy policy, LimitRequest request)
    {
        ValueTask<Decision> asked = _limiter.CheckAsync(policy, request);
        _groups.Release();
        return await asked;
    }
}
