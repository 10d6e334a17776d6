using OrleansLimiter.Policies;
using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests.Several;

/// <summary>Decisions whose acquisitions the caller gives back.</summary>
public sealed class CancelableDecisionsTests : IDisposable
{
    private static readonly Policy s_both = Policy(Limit("company", Scope.Account, 10, 60), Limit("paths", Scope.Endpoint, 5, 60));

    private static readonly Policy s_deny = new(s_both.Definition with { OnFailure = OnFailure.Deny });

    private readonly TestLimiter _given = new();
    private readonly CancelableAcquisition _acquisition = new();

    public void Dispose() => _given.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_given_back_was_never_acquired(int requests)
    {
        LimitCall[] calls = [.. Enumerable.Range(0, requests).Select(_ => new LimitCall(s_both, Request(cost: 2)))];

        Decision[]? decisions = _given.Limiter.TryCheckAll(calls, _acquisition);

        Assert.Equal(10 - (2 * requests), Remaining(s_both));
        Assert.All(decisions!, decision => Assert.True(decision.Allowed));
        _acquisition.Cancel();
        Assert.Equal(10, Remaining(s_both));
        _acquisition.Cancel();
        Assert.Equal(10, Remaining(s_both));
    }

    [Fact]
    public void Later_acquisitions_stay()
    {
        _given.Limiter.TryCheckAll(new LimitCall[] { new(s_both, Request(cost: 2)) }, _acquisition);
        _given.Check(s_both, Request(cost: 3));

        _acquisition.Cancel();

        Assert.Equal(7, Remaining(s_both));
    }

    [Fact]
    public void A_refused_request_has_nothing_to_give_back()
    {
        _given.Check(s_both, Request(cost: 4));

        Decision[]? decisions = _given.Limiter.TryCheckAll(new LimitCall[] { new(s_both, Request(cost: 2)) }, _acquisition);
        _acquisition.Cancel();

        Assert.False(decisions![0].Allowed);
        Assert.Equal(6, Remaining(s_both));
    }

    [Fact]
    public void After_two_seconds_permits_stay_acquired()
    {
        _given.Limiter.TryCheckAll(new LimitCall[] { new(s_both, Request(cost: 2)) }, _acquisition);
        _given.Advance(2_001);

        _acquisition.Cancel();

        Assert.Equal(8, Remaining(s_both));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_store_that_replies_later_gives_back_too(bool joint, bool denies)
    {
        var store = new FlakyBucketStore(_given.Store, new([Mishap.Slow, Mishap.Slow]), joint);
        var limiter = new Limiter(store, _given.Overrides, _given.Clock);
        Policy policy = denies ? s_deny : s_both;
        LimitCall[] calls = [new(policy, Request(cost: 2))];
        Assert.Null(limiter.TryCheckAll(calls, _acquisition)); // nothing is asked

        Task<Decision[]> pending = limiter.CheckAllAsync(calls, _acquisition).AsTask();
        Assert.False(pending.IsCompleted);
        SlowBucketStore.RunWithoutContext(() =>
        {
            while (store.ReleaseSlow())
            {
            }
        });

        Assert.True((await pending)[0].Allowed);
        Assert.Equal(8, Remaining(policy));
        _acquisition.Cancel();
        Assert.Equal(10, Remaining(policy));
    }

    [Fact]
    public async Task A_request_without_a_limit_has_nothing_to_give_back()
    {
        Policy free = Policy();

        Decision[] decisions = await _given.Limiter.CheckAllAsync(new LimitCall[] { new(free, Request()) }, _acquisition);
        _acquisition.Cancel();

        Assert.True(Assert.Single(decisions).Allowed);
    }

    private int Remaining(Policy policy) => _given.Check(policy, Request(peek: true))[0].Reading.Remaining;
}
