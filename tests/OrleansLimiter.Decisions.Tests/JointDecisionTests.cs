using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>Decisions of a store that acquires in all groups of a request in one step, but later.</summary>
public sealed class JointDecisionTests : IDisposable
{
    private const string Joint = "acquire Burst and Account";

    private static readonly Policy CompanyAndBurst = Policy(Limit("company", Scope.Account, 5, 60), Limit("burst", Scope.Burst, 1, 60));

    private readonly TestLimiter _given = new();
    private readonly InProcessBucketStore _here;
    private readonly JointBucketStore _groups;
    private readonly Limiter _limiter;
    private readonly List<Exception> _failures = [];

    public JointDecisionTests()
    {
        _here = new(_given.Clock);
        _groups = new(_given.Store);
        _limiter = new(_groups, _given.Overrides, _given.Clock, new() { Local = _here });
        _limiter.StoreFailed += _failures.Add;
    }

    public void Dispose()
    {
        _here.Dispose();
        _given.Dispose();
    }

    [Theory]
    [InlineData(OnFailureKind.Allow, false)]
    [InlineData(OnFailureKind.Deny, true)]
    [InlineData(OnFailureKind.Local, true)]
    public async Task A_request_is_one_call_whether_it_is_allowed_or_refused_and_has_an_id_only_if_it_may_have_to_be_canceled(
        OnFailureKind kind, bool hasId)
    {
        ValueTask<Decision> first = Check(kind);
        _groups.Release();
        ValueTask<Decision> second = Check(kind);
        _groups.Release();

        Assert.True((await first).Allowed);
        Decision refused = await second;
        Assert.Equal((false, DecisionNotes.None), (refused.Allowed, refused.Notes));
        Assert.Equal((4, 0), (refused[0].Reading.Remaining, refused[1].Reading.Remaining));
        Assert.Equal([Joint, Joint], _groups.Calls);
        Assert.All(_groups.JointIds, id => Assert.Equal(hasId, id != OperationId.None));
        AssertRemain(company: 4, burst: 0);
    }

    [Fact]
    public async Task With_deny_a_late_acquisition_is_canceled_in_all_groups()
    {
        ValueTask<Decision> asked = Check(OnFailureKind.Deny);
        _given.Advance(199);
        Assert.False(asked.IsCompleted);
        _given.Advance(1);
        Decision decision = await asked;
        Assert.Equal((false, DecisionNotes.FailureDecided), (decision.Allowed, decision.Notes));
        Assert.Equal([Joint, "cancel Burst", "cancel Account"], _groups.Calls);

        _groups.Release();

        Assert.Equal([Joint, "cancel Burst", "cancel Account", "cancel Burst", "cancel Account"], _groups.Calls);
        Assert.All(_groups.Ids, id => Assert.Equal(_groups.JointIds.Single(), id));
        AssertRemain(company: 5, burst: 1);
    }

    [Fact]
    public async Task With_deny_an_acquisition_that_throws_is_canceled_in_all_groups()
    {
        _groups.Next.Enqueue(() => throw new InvalidOperationException("a bug"));
        ValueTask<Decision> failed = Check(OnFailureKind.Deny);

        Assert.False((await failed).Allowed);
        Assert.Equal("a bug", Assert.Single(_failures).Message);
        Assert.Equal([Joint, "cancel Burst", "cancel Account"], _groups.Calls);
        AssertRemain(company: 5, burst: 1);
    }

    [Fact]
    public async Task A_late_refusal_is_not_canceled_again()
    {
        _given.Check(Policy(Limit("burst", Scope.Burst, 1, 60)), Burst);
        ValueTask<Decision> asked = Check(OnFailureKind.Deny);
        _given.Advance(200);
        Assert.False((await asked).Allowed);
        _groups.Calls.Clear();

        _groups.Release();

        Assert.Empty(_groups.Calls);
        AssertRemain(company: 5, burst: 0);
    }

    [Fact]
    public async Task With_allow_a_late_acquisition_is_kept_and_nothing_else_is_sent()
    {
        ValueTask<Decision> asked = Check(OnFailureKind.Allow);
        _given.Advance(200);
        Decision decision = await asked;
        Assert.Equal((true, DecisionNotes.FailureDecided), (decision.Allowed, decision.Notes));

        _groups.Release();

        Assert.Equal([Joint], _groups.Calls);
        Assert.Equal([OperationId.None], _groups.JointIds);
        AssertRemain(company: 4, burst: 0);
    }

    [Theory]
    [InlineData(OnFailureKind.Allow)]
    [InlineData(OnFailureKind.Deny)]
    public async Task A_contended_refusal_is_tried_again(OnFailureKind kind)
    {
        await ReserveAsync(5);
        ValueTask<Decision> asked = Check(kind);
        _groups.Release();
        Assert.False(asked.IsCompleted);
        await CancelAsync(5);
        _groups.Release();

        Decision decision = await asked;
        Assert.Equal((true, DecisionNotes.None), (decision.Allowed, decision.Notes));
        Assert.Equal([Joint, Joint], _groups.Calls);
        AssertRemain(company: 4, burst: 0);
    }

    [Theory]
    [InlineData(OnFailureKind.Allow)]
    [InlineData(OnFailureKind.Deny)]
    [InlineData(OnFailureKind.Local)]
    public async Task A_second_attempt_after_contention_that_succeeds_after_the_deadline_is_canceled(OnFailureKind kind)
    {
        await ReserveAsync(5);
        ValueTask<Decision> asked = Check(kind);
        _groups.Release();
        _given.Advance(200);
        Decision decision = await asked;
        Assert.Equal((false, DecisionNotes.Contended), (decision.Allowed, decision.Notes & DecisionNotes.Contended));
        await CancelAsync(5);

        _groups.Release();

        AssertRemain(company: 5, burst: 1);
        Assert.Equal(5, Remaining(_here, company: true));
    }

    [Theory]
    [InlineData(OnFailureKind.Allow)]
    [InlineData(OnFailureKind.Deny)]
    [InlineData(OnFailureKind.Local)]
    public async Task Groups_that_cannot_decide_in_one_step_are_reserved_and_committed_with_the_same_id(OnFailureKind kind)
    {
        _groups.Next.Enqueue(() => null);
        Decision decision = await Check(kind);

        Assert.Equal((true, DecisionNotes.None), (decision.Allowed, decision.Notes));
        Assert.Equal([Joint, "reserve Burst", "acquire Account", "commit Burst"], _groups.Calls);
        OperationId id = Assert.Single(_groups.Ids.Distinct());
        Assert.NotEqual(OperationId.None, id);
        Assert.Equal(kind == OnFailureKind.Allow ? OperationId.None : id, _groups.JointIds.Single());
        AssertRemain(company: 4, burst: 0);
    }

    [Fact]
    public async Task Groups_that_cannot_decide_in_one_step_cancel_when_one_refuses()
    {
        _given.Check(Policy(Limit("company", Scope.Account, 5, 60)), Burst with { Cost = 5 });
        _groups.Next.Enqueue(() => null);
        Decision decision = await Check(OnFailureKind.Deny);

        Assert.False(decision.Allowed);
        Assert.Equal([Joint, "reserve Burst", "acquire Account", "cancel Burst"], _groups.Calls);
        AssertRemain(company: 0, burst: 1);
    }

    [Fact]
    public async Task A_reply_after_the_deadline_that_the_groups_cannot_decide_in_one_step_has_no_effect()
    {
        var late = new TaskCompletionSource<GroupReply[]?>();
        var groups = new LateBucketStore(late.Task);
        var limiter = new Limiter(groups, _given.Overrides, _given.Clock);
        ValueTask<Decision> asked = limiter.CheckAsync(CompanyAndBurst, Burst);
        _given.Advance(200);
        Assert.Equal(DecisionNotes.FailureDecided, (await asked).Notes);

        SlowBucketStore.RunWithoutContext(() => late.SetResult(null));

        Assert.Equal(0, groups.Operations);
    }

    [Fact]
    public async Task With_local_the_fallback_decides_for_all_groups_and_a_late_acquisition_is_kept()
    {
        ValueTask<Decision> asked = Check(OnFailureKind.Local);
        _given.Advance(200);
        Decision decision = await asked;
        Assert.Equal((true, DecisionNotes.FailureDecided), (decision.Allowed, decision.Notes));
        Assert.Equal(4, decision[0].Reading.Remaining);
        Assert.Equal((4, 0), (Remaining(_here, company: true), Remaining(_here, company: false)));

        _groups.Release();

        Assert.Equal([Joint], _groups.Calls);
        AssertRemain(company: 4, burst: 0);
    }

    [Fact]
    public async Task With_local_a_request_that_the_fallback_refuses_is_canceled_in_all_groups()
    {
        ValueTask<Decision> first = Check(OnFailureKind.Local);
        _given.Advance(200);
        Assert.True((await first).Allowed);
        ValueTask<Decision> second = Check(OnFailureKind.Local);
        _groups.Calls.Clear();
        _given.Advance(200);
        Decision decision = await second;

        Assert.False(decision.Allowed);
        Assert.Equal(["cancel Burst", "cancel Account"], _groups.Calls);
        Assert.Equal(4, Remaining(_here, company: true));
        _groups.Release(); // the first is executed and kept; the second is refused by the burst
        AssertRemain(company: 4, burst: 0);
    }

    [Fact]
    public async Task Two_limits_in_one_group_are_one_acquisition()
    {
        Policy policy = Policy(Limit("company", Scope.Account, 5, 60), Limit("second", Scope.Account, 1, 1));
        Assert.True((await _limiter.CheckAsync(policy, Burst)).Allowed);
        Assert.False((await _limiter.CheckAsync(policy, Burst)).Allowed);
        Assert.Equal(["acquire Account", "acquire Account"], _groups.Calls);
        Assert.Equal(4, Remaining(_given.Store, company: true));
    }

    [Theory]
    [InlineData(0, Scope.Account, Scope.Burst)]
    [InlineData(0, Scope.Account, Scope.Account)]
    [InlineData(168, Scope.Burst, Scope.Account, Scope.Endpoint)]
    [InlineData(168, Scope.Account, Scope.Account, Scope.Burst)]
    public void A_warm_decision_of_two_limits_in_the_process_allocates_nothing_and_of_three_its_readings(int bytes, params Scope[] scopes)
    {
        Policy policy = Policy([.. scopes.Select((scope, i) => Limit($"l{i}", scope, 500, 60))]);
        LimitRequest request = Burst;
        for (int i = 0; i < 100; i++)
        {
            Assert.True(_given.Check(policy, request).Allowed);
        }

        int allowed = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            allowed += _given.Check(policy, request).Allowed ? 1 : 0;
        }

        Assert.Equal((1000 * bytes, 400), (GC.GetAllocatedBytesForCurrentThread() - before, allowed));
    }

    private static LimitRequest Burst => Request(endpoint: "messages", resource: "1");

    private static GroupKey Company => GroupKey.ForAccount("p", new(AccountKind.Id, "a"));

    private static GroupRules CompanyRules => new([new("company", CompanyAndBurst.Limits[0].Definition.Cases[0].Rule)], new(1, 0));

    private ValueTask<Decision> Check(OnFailureKind kind) =>
        _limiter.CheckAsync(new(CompanyAndBurst.Definition with { OnFailure = new(kind) }), Burst);

    private async Task ReserveAsync(int cost) => await _given.Store.AcquireAsync(Company, CompanyRules, cost, new(7), reserve: true);

    private async Task CancelAsync(int cost) => await _given.Store.CancelAsync(Company, CompanyRules, cost, new(7));

    private void AssertRemain(int company, int burst) =>
        Assert.Equal((company, burst), (Remaining(_given.Store, company: true), Remaining(_given.Store, company: false)));

    private int Remaining(InProcessBucketStore store, bool company) =>
        new Limiter(store, _given.Overrides, _given.Clock)
            .CheckAsync(CompanyAndBurst, Burst with { Peek = true }).Result[company ? 0 : 1].Reading.Remaining;

    private sealed class LateBucketStore(Task<GroupReply[]?> replies) : FakeBucketStore, IBucketStore
    {
        public int Operations { get; private set; }

        public ValueTask<GroupReply[]?> AcquireAllAsync(ReadOnlyMemory<GroupRequest> requests) => new(replies);

        protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
        {
            Operations++;
            return new(GroupReply.Unavailable());
        }
    }
}
