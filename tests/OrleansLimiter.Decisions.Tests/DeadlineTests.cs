using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>Decisions over slow groups: a decision is made after 200 ms, and unused acquisitions are canceled.</summary>
public sealed class DeadlineTests : IDisposable
{
    private static readonly Policy Company = Policy(Limit("company", Scope.Account, 5, 60));

    private static readonly Policy CompanyAndBurst = Policy(Limit("company", Scope.Account, 5, 60), Limit("burst", Scope.Burst, 1, 60));

    private readonly TestLimiter _given = new();
    private readonly SlowBucketStore _groups;
    private readonly Limiter _limiter;

    public DeadlineTests()
    {
        _groups = new(_given.Store);
        _limiter = new(_groups, _given.Overrides, _given.Clock);
    }

    public void Dispose() => _given.Dispose();

    [Theory]
    [InlineData(OnFailureKind.Allow, true)]
    [InlineData(OnFailureKind.Deny, false)]
    [InlineData(OnFailureKind.Local, true)]
    public async Task On_failure_decides_for_a_group_without_a_reply_at_the_deadline(OnFailureKind kind, bool allowed)
    {
        ValueTask<Decision> asked = Check(Company, kind);
        _given.Advance(199);
        Assert.False(asked.IsCompleted);
        _given.Advance(1);
        Assert.True(asked.IsCompleted);
        Decision decision = await asked;
        Assert.Equal(allowed, decision.Allowed);
        Assert.Equal(DecisionNotes.FailureDecided, decision.Notes);
        Assert.False(decision[0].IsAvailable);
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(1, 1)]
    [InlineData(10_000, 200)]
    public async Task A_policy_can_shorten_the_deadline_but_not_extend_it(int own, int expected)
    {
        var policy = new Policy(Company.Definition with { Deadline = TimeSpan.FromMilliseconds(own) });
        ValueTask<Decision> other = Check(Company, OnFailureKind.Allow);
        ValueTask<Decision> asked = Check(policy, OnFailureKind.Allow);
        ValueTask<Decision> both = Check(new(CompanyAndBurst.Definition with { Deadline = policy.Definition.Deadline }), OnFailureKind.Deny);
        _given.Advance(expected - 1);
        Assert.False(asked.IsCompleted || both.IsCompleted);
        _given.Advance(1);
        Assert.True(asked.IsCompleted && both.IsCompleted);
        Assert.Equal(expected == 200, other.IsCompleted);
        Assert.Equal(DecisionNotes.FailureDecided, (await asked).Notes & (await both).Notes);
        _given.Advance(200 - expected);
        Assert.Equal(DecisionNotes.FailureDecided, (await other).Notes);
    }

    [Fact]
    public async Task A_reply_just_before_the_deadline_counts()
    {
        ValueTask<Decision> asked = Check(Company, OnFailureKind.Deny);
        _given.Advance(199);
        _groups.Release();
        Decision decision = await asked;
        Assert.True(decision.Allowed);
        Assert.Equal(DecisionNotes.None, decision.Notes);
    }

    [Fact]
    public async Task All_pending_calls_share_one_timer_which_ends_with_the_last_call()
    {
        int before = _given.Time.Timers;
        _given.Check(Company, Request());
        Assert.Equal(before, _given.Time.Timers);
        ValueTask<Decision> first = Check(Company, OnFailureKind.Allow);
        ValueTask<Decision> second = Check(Company, OnFailureKind.Allow);
        Assert.InRange(_given.Time.Timers, before + 1, before + Environment.ProcessorCount);
        _groups.Release();
        await first;
        await second;
        _given.Advance(200);
        Assert.Equal(before, _given.Time.Timers);
    }

    [Fact]
    public async Task A_later_decision_has_a_later_deadline()
    {
        ValueTask<Decision> first = Check(Company, OnFailureKind.Allow);
        _given.Advance(50);
        ValueTask<Decision> second = Check(Company, OnFailureKind.Allow);
        _given.Advance(150);
        Assert.True(first.IsCompleted);
        Assert.False(second.IsCompleted);
        _given.Advance(50);
        Assert.True(second.IsCompleted);
        Assert.Equal(DecisionNotes.FailureDecided, (await first).Notes | (await second).Notes);
    }

    [Fact]
    public async Task An_acquisition_that_succeeds_after_the_denial_is_canceled()
    {
        ValueTask<Decision> asked = Check(Company, OnFailureKind.Deny);
        _given.Advance(200);
        Assert.False((await asked).Allowed);
        Assert.Equal(["acquire Account", "cancel Account"], _groups.Calls);
        _groups.Release();
        Assert.Equal(["acquire Account", "cancel Account", "cancel Account"], _groups.Calls);
        Assert.Equal(5, Remaining(Company));
    }

    [Fact]
    public async Task An_acquisition_that_succeeds_after_the_request_was_allowed_is_kept()
    {
        ValueTask<Decision> asked = Check(Company, OnFailureKind.Allow);
        _given.Advance(200);
        Assert.True((await asked).Allowed);
        _groups.Release();
        Assert.Equal(["acquire Account"], _groups.Calls);
        Assert.Equal(4, Remaining(Company));
    }

    [Theory]
    [InlineData(OnFailureKind.Allow, false)]
    [InlineData(OnFailureKind.Local, false)]
    [InlineData(OnFailureKind.Deny, true)]
    public void An_acquisition_of_one_group_has_an_id_only_if_it_may_have_to_be_canceled(OnFailureKind kind, bool hasId)
    {
        _ = Check(Company, kind).AsTask();
        Assert.Equal(hasId, _groups.Ids.Single() != OperationId.None);
    }

    [Fact]
    public async Task A_known_refusal_denies_at_the_deadline_and_the_group_without_a_reply_is_canceled()
    {
        _given.Check(Policy(Limit("burst", Scope.Burst, 1, 60)), Burst);
        ValueTask<Decision> asked = Check(CompanyAndBurst, OnFailureKind.Allow);
        _groups.ReleaseFirst();
        Assert.False(asked.IsCompleted);
        _given.Advance(200);
        Decision decision = await asked;
        Assert.False(decision.Allowed);
        Assert.False(decision[0].IsAvailable);
        Assert.Equal(Verdict.Wait, decision[1].Reading.Verdict);
        _groups.Release();
        Assert.Equal(5, Remaining(Company));
    }

    [Fact]
    public async Task The_second_attempt_after_contention_has_the_remaining_time_and_the_refusal_is_kept()
    {
        GroupKey company = GroupKey.ForAccount("p", new(AccountKind.Id, "a"));
        await _given.Store.AcquireAsync(company, new([new("company", Company.Limits[0].Definition.Cases[0].Rule)], new(1, 0)), 5, new(7), reserve: true);
        ValueTask<Decision> asked = Check(Company, OnFailureKind.Allow);
        _given.Advance(150);
        _groups.Release();
        _given.Advance(49);
        Assert.False(asked.IsCompleted);
        _given.Advance(1);
        Decision decision = await asked;
        Assert.False(decision.Allowed);
        Assert.Equal(DecisionNotes.Contended, decision.Notes);
        await _given.Store.CancelAsync(company, new([new("company", Company.Limits[0].Definition.Cases[0].Rule)], new(1, 0)), 5, new(7));
        _groups.Release();
        Assert.Equal(["acquire Account", "acquire Account", "cancel Account", "cancel Account"], _groups.Calls);
        Assert.Equal(5, Remaining(Company));
    }

    [Fact]
    public async Task There_is_no_second_attempt_after_the_deadline()
    {
        ValueTask<Decision> holder = Check(CompanyAndBurst, OnFailureKind.Allow, cost: 1);
        _groups.ReleaseFirst();
        ValueTask<Decision> second = Check(CompanyAndBurst, OnFailureKind.Allow, cost: 1);
        _groups.ReleaseInOrder(1);
        _groups.Calls.Clear();
        _given.Advance(200);
        Assert.True((await holder).Allowed);
        Assert.False((await second).Allowed);
        Assert.Equal(["commit Burst", "commit Account", "cancel Account"], _groups.Calls);
    }

    [Fact]
    public async Task A_decision_waits_for_cancellations_until_the_deadline()
    {
        ValueTask<Decision> asked = CheckWithPendingCancellation();
        _given.Advance(199);
        Assert.False(asked.IsCompleted);
        _given.Advance(1);
        Decision decision = await asked;
        Assert.False(decision.Allowed);
        Assert.Equal(0, decision[1].Reading.Remaining);
        _groups.Release();
        Assert.Equal(1, Remaining(Policy(Limit("burst", Scope.Burst, 1, 60))));
    }

    [Fact]
    public async Task A_cancellation_before_the_deadline_updates_the_reading()
    {
        ValueTask<Decision> asked = CheckWithPendingCancellation();
        _groups.Release();
        Assert.Equal(1, (await asked)[1].Reading.Remaining);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(10_001)]
    public void A_deadline_out_of_range_is_refused(double milliseconds)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new LimiterOptions { Deadline = TimeSpan.FromMilliseconds(milliseconds) });
        Assert.StartsWith(
            FormattableString.Invariant($"the deadline of a decision is {milliseconds} ms; it must be from 1 ms to 10 s"),
            error.Message,
            StringComparison.Ordinal);
    }

    private static LimitRequest Burst => Request(endpoint: "messages", resource: "1");

    private ValueTask<Decision> Check(Policy policy, OnFailureKind kind, int cost = 1) =>
        _limiter.CheckAsync(new(policy.Definition with { OnFailure = new(kind) }), Burst with { Cost = cost });

    // The company has no permits, so the acquisition of the burst is canceled.
    private ValueTask<Decision> CheckWithPendingCancellation()
    {
        _groups.CancellationsWait = true;
        _given.Check(Company, Request(cost: 5));
        ValueTask<Decision> asked = Check(CompanyAndBurst, OnFailureKind.Allow);
        _groups.Release();
        return asked;
    }

    private int Remaining(Policy policy) => _given.Check(policy, Burst with { Peek = true })[0].Reading.Remaining;
}
