using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>Decisions over groups that reply later, as those of a cluster do.</summary>
public sealed class MultiGroupAcquisitionTests : IDisposable
{
    private static readonly Policy CompanyAndBurst = Policy(
        Limit("company", Scope.Account, 1, 60), Limit("burst", Scope.Burst, 1, 60));

    private readonly TestLimiter _given = new();
    private readonly SlowBucketStore _groups;
    private readonly Limiter _limiter;

    public MultiGroupAcquisitionTests()
    {
        _groups = new(_given.Store);
        _limiter = new(_groups, _given.Overrides, _given.Clock);
    }

    public void Dispose() => _given.Dispose();

    [Fact]
    public async Task All_groups_are_called_together_and_committed_when_all_allow()
    {
        ValueTask<Decision> decision = Check(CompanyAndBurst, "1");
        Assert.Equal(["reserve Burst", "reserve Account"], _groups.Calls);
        _groups.Release();
        Assert.True((await decision).Allowed);
        Assert.Equal(["reserve Burst", "reserve Account", "commit Burst", "commit Account"], _groups.Calls);
    }

    [Fact]
    public async Task The_last_group_without_a_reservation_is_not_committed_even_if_its_reply_is_late()
    {
        _groups.Quick.Add(Scope.Burst);
        ValueTask<Decision> decision = Check(CompanyAndBurst, "1");
        Assert.Equal(["reserve Burst", "acquire Account"], _groups.Calls);
        _groups.Release();
        Assert.True((await decision).Allowed);
        Assert.Equal(["reserve Burst", "acquire Account", "commit Burst"], _groups.Calls);
    }

    [Fact]
    public async Task Reservations_in_other_groups_are_canceled_when_one_refuses()
    {
        ValueTask<Decision> first = Check(CompanyAndBurst, "1");
        _groups.Release();
        await first;
        ValueTask<Decision> refused = Check(CompanyAndBurst, "2");
        _groups.Calls.Clear();
        _groups.Release();
        Decision decision = await refused;
        Assert.False(decision.Allowed);
        Assert.Equal(["cancel Burst"], _groups.Calls);
        Assert.Equal(1, decision[1].Reading.Remaining);
    }

    [Fact]
    public async Task One_group_is_one_call_without_reservation_or_commit()
    {
        ValueTask<Decision> decision = Check(Policy(Limit("company", Scope.Account, 1, 60)), "1");
        _groups.Release();
        Assert.True((await decision).Allowed);
        Assert.Equal(["acquire Account"], _groups.Calls);
    }

    [Fact]
    public async Task A_contended_request_is_tried_once_more_and_allowed_when_the_reservations_were_canceled()
    {
        // Burst 1 is exhausted, so it will refuse the first request, which reserves the only permit of the company
        // while the second request acquires.
        _given.Check(Policy(Limit("burst", Scope.Burst, 1, 60)), Burst("1"));
        ValueTask<Decision> doomed = Check(CompanyAndBurst, "1");
        ValueTask<Decision> honest = Check(CompanyAndBurst, "2");
        _groups.ReleaseInOrder(1, 3, 2, 0);
        Assert.False((await doomed).Allowed);
        Assert.False(honest.IsCompleted);
        _groups.Release();
        Decision decision = await honest;
        Assert.True(decision.Allowed);
        Assert.Equal(0, decision[0].Reading.Remaining);
    }

    [Fact]
    public async Task A_refusal_that_stays_contended_never_has_the_window_as_retry_after()
    {
        await _given.Store.AcquireAsync(
            GroupKey.ForAccount("p", new(AccountKind.Id, "a")), CompanyRules, 1, new(7), reserve: true);
        ValueTask<Decision> refused = Check(CompanyAndBurst, "1");
        _groups.Release();
        _groups.Release();
        Decision decision = await refused;
        Assert.False(decision.Allowed);
        Assert.True((decision.Notes & DecisionNotes.Contended) != 0);
        Assert.Equal(BucketGroup.ReservationTimeout, decision[0].Reading.RetryAfter);
    }

    [Fact]
    public async Task A_single_contended_group_is_tried_once_more()
    {
        GroupKey company = GroupKey.ForAccount("p", new(AccountKind.Id, "a"));
        await _given.Store.AcquireAsync(company, CompanyRules, 1, new(7), reserve: true);
        ValueTask<Decision> asked = Check(Policy(Limit("company", Scope.Account, 1, 60)), "1");
        _groups.Release();
        await _given.Store.CancelAsync(company, CompanyRules, 1, new(7));
        _groups.Release();
        Assert.True((await asked).Allowed);
    }

    [Theory]
    [InlineData(OnFailureKind.Allow, true)]
    [InlineData(OnFailureKind.Deny, false)]
    public async Task On_failure_decides_for_an_unavailable_group(OnFailureKind kind, bool allowed)
    {
        _groups.Lost.Add(Scope.Account);
        var policy = new Policy(CompanyAndBurst.Definition with { OnFailure = new(kind) });
        ValueTask<Decision> asked = Check(policy, "1");
        _groups.Release();
        Decision decision = await asked;
        Assert.Equal(allowed, decision.Allowed);
        Assert.Equal(DecisionNotes.FailureDecided, decision.Notes);
        Assert.False(decision[0].IsAvailable);
        Assert.Equal(allowed ? 0 : 1, decision[1].Reading.Remaining);
    }

    [Fact]
    public async Task A_known_refusal_denies_with_every_on_failure_and_the_unavailable_group_is_canceled()
    {
        _given.Check(Policy(Limit("burst", Scope.Burst, 1, 60)), Burst("1"));
        _groups.Lost.Add(Scope.Account);
        ValueTask<Decision> asked = Check(CompanyAndBurst, "1");
        _groups.Calls.Clear();
        _groups.Release();
        Assert.False((await asked).Allowed);
        Assert.Equal(["cancel Account"], _groups.Calls);
    }

    private static GroupRules CompanyRules => new(
        [new("company", CompanyAndBurst.Limits[0].Definition.Cases[0].Rule)], new(1, 0));

    private static LimitRequest Burst(string resource) => Request(endpoint: "messages", resource: resource);

    private ValueTask<Decision> Check(Policy policy, string resource) => _limiter.CheckAsync(policy, Burst(resource));
}
