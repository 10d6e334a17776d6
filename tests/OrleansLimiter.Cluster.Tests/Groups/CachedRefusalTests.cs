namespace OrleansLimiter.Cluster.Tests;

/// <summary>A front-end repeats a refusal without a call while the group cannot allow.</summary>
public sealed class CachedRefusalTests(FaultyCluster faulty) : IClassFixture<FaultyCluster>
{
    private static int s_accounts;

    private readonly GroupKey _key = GroupKey.ForAccount("p", new(AccountKind.Id, $"refused {Interlocked.Increment(ref s_accounts)}"));
    private readonly ClusterBucketStore _groups = faulty.Cluster.FrontEnd();

    [Fact]
    public async Task A_thousand_refusals_within_the_wait_need_one_call_and_report_the_remaining_wait()
    {
        GroupRules rules = Rules(permits: 10, milliseconds: 800);
        await ExhaustAsync(rules);
        int calls = Calls;
        Assert.Equal(800, (await AcquireAsync(rules)).Readings[0].RetryAfter.TotalMilliseconds);
        Advance(300);

        for (int i = 0; i < 1000; i++)
        {
            Assert.True(_groups.TryAcquire(_key, rules, 1, out Reading reading, out _));
            Assert.Equal(
                new(10, 0, Span(800), Span(500), Span(500), Span(500), Verdict.Wait),
                reading);
        }

        GroupReply reply = await AcquireAsync(rules);
        Assert.Equal((GroupOutcome.Refused, GroupNotes.None, 500), (reply.Outcome, reply.Notes, reply.Readings[0].RetryAfter.TotalMilliseconds));
        Assert.Equal(calls + 1, Calls);
    }

    [Fact]
    public async Task After_the_wait_the_group_is_called_and_allows()
    {
        GroupRules rules = await RefusedRulesAsync(milliseconds: 800);
        Advance(799);
        Assert.True(_groups.TryAcquire(_key, rules, 1, out Reading refused, out _));
        Assert.Equal(1, refused.RetryAfter.TotalMilliseconds);
        Advance(1);

        Assert.False(_groups.TryAcquire(_key, rules, 1, out _, out _));
        Assert.Equal(9, (await AcquireAsync(rules)).Readings[0].Remaining);
    }

    [Fact]
    public async Task The_group_is_called_again_after_a_second_even_if_the_wait_is_longer()
    {
        GroupRules rules = await RefusedRulesAsync();
        Advance(999);
        Assert.True(_groups.TryAcquire(_key, rules, 1, out _, out _));
        Advance(1);
        Assert.False(_groups.TryAcquire(_key, rules, 1, out _, out _));
    }

    [Fact]
    public async Task Another_cost_or_other_rules_are_not_cached()
    {
        GroupRules rules = await RefusedRulesAsync();
        var changed = new GroupRules([new("limit", new(Algorithm.FixedWindow, 20, TimeSpan.FromSeconds(60)))], new(1, 1));

        Assert.True(_groups.TryAcquire(_key, rules, 1, out _, out _));
        Assert.False(_groups.TryAcquire(_key, rules, 2, out _, out _));
        Assert.False(_groups.TryAcquire(_key, changed, 1, out _, out _));
        Assert.Equal(9, (await AcquireAsync(changed)).Readings[0].Remaining);
    }

    [Fact]
    public async Task A_contended_refusal_is_not_cached()
    {
        GroupRules rules = Rules(permits: 10, milliseconds: 60_000);
        var reserved = OperationId.New();
        await _groups.AcquireAsync(_key, rules, 10, reserved, reserve: true);
        Assert.True((await AcquireAsync(rules)).Contended);

        Assert.False(_groups.TryAcquire(_key, rules, 1, out _, out _));
        await _groups.CancelAsync(_key, rules, 10, reserved);
        Assert.Equal(9, (await AcquireAsync(rules)).Readings[0].Remaining);
    }

    [Fact]
    public async Task A_reset_through_this_front_end_removes_the_cached_refusal()
    {
        GroupRules rules = await RefusedRulesAsync();
        Assert.True(_groups.TryAcquire(_key, rules, 1, out _, out _));

        Advance(1);
        await _groups.ResetAsync(_key.Account);

        Assert.False(_groups.TryAcquire(_key, rules, 1, out _, out _));
        Assert.Equal(9, (await AcquireAsync(rules)).Readings[0].Remaining);
    }

    [Fact]
    public async Task A_reservation_is_refused_from_the_cache()
    {
        GroupRules rules = await RefusedRulesAsync();
        int calls = Calls;

        ValueTask<GroupReply> reply = _groups.AcquireAsync(_key, rules, 1, OperationId.New(), reserve: true);

        Assert.True(reply.IsCompleted);
        Assert.Equal(GroupOutcome.Refused, (await reply).Outcome);
        Assert.Equal(calls, Calls);
    }

    [Fact]
    public async Task With_two_limits_the_group_is_called_when_the_shorter_wait_is_over()
    {
        var rules = new GroupRules(
            [
                new("short", new(Algorithm.FixedWindow, 10, TimeSpan.FromMilliseconds(300))),
                new("long", new(Algorithm.FixedWindow, 10, TimeSpan.FromMilliseconds(900))),
            ],
            new(1, 0));
        await ExhaustAsync(rules);
        await AcquireAsync(rules);
        int calls = Calls;
        Advance(299);
        GroupReply reply = await AcquireAsync(rules);
        Assert.Equal([1, 601], [reply.Readings[0].RetryAfter.TotalMilliseconds, reply.Readings[1].RetryAfter.TotalMilliseconds]);
        Assert.Equal(calls, Calls);

        Advance(1);
        reply = await AcquireAsync(rules);
        Assert.Equal((Verdict.Allowed, Verdict.Wait), (reply.Readings[0].Verdict, reply.Readings[1].Verdict));
        Assert.Equal(calls + 1, Calls);
    }

    [Fact]
    public void A_refusal_with_a_slow_reply_expires_early_and_never_reports_too_short_a_wait()
    {
        var operation = BucketOperation.Acquire(Rules(permits: 10, milliseconds: 800), 1);
        var reply = new GroupReply(
            GroupOutcome.Refused, GroupNotes.None, new(new Reading(10, 0, Span(800), Span(700), Span(700), Span(700), Verdict.Wait)));
        CachedRefusal refusal = CachedRefusal.Of(operation, reply, sent: At(0), received: At(50))!;

        Assert.True(refusal.TryRepeat(operation.Rules!, 1, At(100), out Reading reading));
        Assert.Equal((Span(650), Span(650), Span(650)), (reading.RetryAfter, reading.Next, reading.Reset));
        Assert.True(refusal.TryRepeat(operation.Rules!, 1, At(699), out _));
        Assert.False(refusal.TryRepeat(operation.Rules!, 1, At(700), out _));
    }

    private static TimeSpan Span(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static Instant At(int milliseconds) => new(Span(milliseconds).Ticks);

    private int Calls => faulty.Calls(nameof(ISiloGrain.ExecuteBatchAsync)) + faulty.Calls(nameof(IGroupGrain.ExecuteAsync));

    private static GroupRules Rules(int permits, int milliseconds) =>
        new([new("limit", new(Algorithm.FixedWindow, permits, TimeSpan.FromMilliseconds(milliseconds)))], new(1, 0));

    private void Advance(int milliseconds) => faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Rules that the group has just refused.</summary>
    private async Task<GroupRules> RefusedRulesAsync(int milliseconds = 60_000)
    {
        GroupRules rules = Rules(permits: 10, milliseconds);
        await ExhaustAsync(rules);
        Assert.Equal(GroupOutcome.Refused, (await AcquireAsync(rules)).Outcome);
        return rules;
    }

    private async Task ExhaustAsync(GroupRules rules)
    {
        Advance(1); // after any earlier reset
        Assert.Equal(GroupOutcome.Allowed, (await _groups.AcquireAsync(_key, rules, 10, OperationId.None, reserve: false)).Outcome);
    }

    private ValueTask<GroupReply> AcquireAsync(GroupRules rules) => _groups.AcquireAsync(_key, rules, 1, OperationId.None, reserve: false);
}
