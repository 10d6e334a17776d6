using Orleans;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A front-end repeats the refusal of a request of several limits without a call while the groups cannot allow.</summary>
public sealed class CachedJointRefusalTests(FaultyCluster faulty) : IClassFixture<FaultyCluster>, IAsyncLifetime
{
    private readonly Account _account = JointRequests.NewAccount();
    private ClusterBucketStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        faulty.Cluster.Listed(silos: 3);
        _store = await faulty.Cluster.FrontEnd().KnowingSilosAsync();
        Advance(1); // after any earlier reset
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_thousand_refusals_within_the_wait_need_one_call_and_report_the_remaining_wait()
    {
        GroupRules quick = JointRequests.Rules(10, milliseconds: 800);
        await RefusedAsync(quick);
        int calls = Calls;
        Advance(300);

        for (int i = 0; i < 1000; i++)
        {
            Assert.True(TryAcquireAll(quick, 1, out Reading[] readings));
            Assert.Equal(new(10, 0, Span(800), Span(500), Span(500), Span(500), Verdict.Wait), readings[0]);
            Assert.Equal(new(20, 10, Span(60_000), Span(59_700), Span(59_700), default, Verdict.Allowed), readings[1]);
            Assert.Equal((20, Verdict.Allowed), (readings[2].Remaining, readings[2].Verdict));
        }

        Assert.Equal(calls, Calls);
    }

    [Fact]
    public async Task After_the_wait_the_silo_is_called_and_allows()
    {
        GroupRules quick = JointRequests.Rules(10, milliseconds: 800);
        await RefusedAsync(quick);
        Advance(799);
        Assert.True(TryAcquireAll(quick, 1, out Reading[] readings));
        Assert.Equal(Span(1), readings[0].RetryAfter);
        Advance(1);

        Assert.False(TryAcquireAll(quick, 1, out _));
        await AcquireAllAsync(quick).AssertRemainingAsync(9, 9, 19);
    }

    [Fact]
    public async Task The_silo_is_called_again_after_a_second_even_if_the_wait_is_longer()
    {
        await RefusedAsync(JointRequests.Burst);
        Advance(999);
        Assert.True(TryAcquireAll(JointRequests.Burst, 1, out _));
        Advance(1);
        Assert.False(TryAcquireAll(JointRequests.Burst, 1, out _));
    }

    [Fact]
    public async Task Another_cost_or_other_rules_or_groups_are_not_cached()
    {
        await RefusedAsync(JointRequests.Burst);
        GroupKey[] keys = JointRequests.Keys(_account);
        GroupRules[] rules = [JointRequests.Burst, JointRequests.Endpoint, JointRequests.All];
        await _store.AcquireAllAsync(JointRequests.Of(_account, resource: "2"));
        var readings = new Reading[3];

        Assert.True(_store.TryAcquireAll(keys, rules, 1, readings, out bool allowed));
        Assert.False(allowed);
        Assert.False(_store.TryAcquireAll(keys, rules, 2, readings, out _));
        Assert.False(_store.TryAcquireAll(keys, [JointRequests.Rules(10), rules[1], rules[2]], 1, readings, out _));
        Assert.False(_store.TryAcquireAll(keys, [rules[0], rules[1], JointRequests.Rules(30, overrides: 1)], 1, readings, out _));
        Assert.False(_store.TryAcquireAll(JointRequests.Keys(_account, "2"), rules, 1, readings, out _));
        Assert.False(_store.TryAcquireAll(keys[..2], rules[..2], 1, readings[..2], out _));
        Assert.False(_store.TryAcquireAll(JointRequests.Keys(JointRequests.NewAccount()), rules, 1, readings, out _));
    }

    [Fact]
    public async Task A_contended_refusal_is_not_cached()
    {
        await _store.AcquireAllAsync(JointRequests.Of(_account));
        var reserved = OperationId.New();
        await _store.AcquireAsync(JointRequests.Keys(_account)[0], JointRequests.Burst, 9, reserved, reserve: true);
        Assert.True((await AcquireAllAsync(JointRequests.Burst))![0].Contended);

        Assert.False(TryAcquireAll(JointRequests.Burst, 1, out _));
        await _store.CancelAsync(JointRequests.Keys(_account)[0], JointRequests.Burst, 9, reserved);
        await AcquireAllAsync(JointRequests.Burst).AssertRemainingAsync(8, 18, 28);
    }

    [Fact]
    public async Task A_refusal_of_a_canceled_id_is_not_cached_because_no_limit_refuses()
    {
        await _store.AcquireAllAsync(JointRequests.Of(_account));
        var id = OperationId.New();
        await _store.AcquireAllAsync(JointRequests.Of(_account, cost: 1, id));
        foreach (GroupRequest request in JointRequests.Of(_account))
        {
            await _store.CancelAsync(request.Key, request.Operation.Rules!, 1, id);
        }

        GroupReply[]? again = await _store.AcquireAllAsync(JointRequests.Of(_account, cost: 1, id));
        Assert.All(again!, reply => Assert.Equal((GroupOutcome.Refused, Verdict.Allowed), (reply.Outcome, reply.Readings[0].Verdict)));

        Assert.False(TryAcquireAll(JointRequests.Burst, 1, out _));
    }

    [Fact]
    public async Task A_reset_through_this_front_end_removes_the_cached_refusal()
    {
        await RefusedAsync(JointRequests.Burst);
        Assert.True(TryAcquireAll(JointRequests.Burst, 1, out _));
        Advance(1);

        await _store.ResetAsync(_account);

        Assert.False(TryAcquireAll(JointRequests.Burst, 1, out _));
        await AcquireAllAsync(JointRequests.Burst).AssertRemainingAsync(9, 19, 29);
    }

    private static TimeSpan Span(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private int Calls => faulty.Calls(nameof(ISiloGrain.ExecuteBatchAsync)) + faulty.Calls(nameof(ISiloGrain.AcquireAsync));

    private void Advance(int milliseconds) => faulty.Cluster.Time.Advance(Span(milliseconds));

    /// <summary>Exhausts the burst, and is refused once by groups whose locations are known.</summary>
    private async Task RefusedAsync(GroupRules burst)
    {
        await AcquireAllAsync(burst, cost: 10).AssertRemainingAsync(0, 10, 20);
        Assert.Equal(GroupOutcome.Refused, (await AcquireAllAsync(burst))![0].Outcome);
    }

    private ValueTask<GroupReply[]?> AcquireAllAsync(GroupRules burst, int cost = 1)
    {
        GroupRequest[] asked = JointRequests.Of(_account, cost);
        asked[0] = asked[0] with { Operation = BucketOperation.Acquire(burst, cost) };
        return _store.AcquireAllAsync(asked);
    }

    private bool TryAcquireAll(GroupRules burst, int cost, out Reading[] readings)
    {
        readings = new Reading[3];
        bool repeats = _store.TryAcquireAll(
            JointRequests.Keys(_account), [burst, JointRequests.Endpoint, JointRequests.All], cost, readings, out bool allowed);
        Assert.False(allowed);
        return repeats;
    }
}
