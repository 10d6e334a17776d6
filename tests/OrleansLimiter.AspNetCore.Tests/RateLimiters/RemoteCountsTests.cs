using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>Limiters whose counts are not in this process.</summary>
public class RemoteCountsTests
{
    private static readonly AccountRateLimiterOptions s_options = new() { Limits = "five", Account = new(AccountKind.Id, "a") };

    [Fact]
    public void An_attempt_that_cannot_be_decided_now_says_what_to_call_and_is_not_counted()
    {
        using var given = new TestLimiters(
            TestPolicies.Five, _ => new SilentStore { OnAcquire = () => throw new InvalidOperationException("it is asked") });
        using RateLimiter limiter = given.RateLimiters.ForAccount(s_options);

        using RateLimitLease lease = limiter.AttemptAcquire();

        Assert.False(lease.IsAcquired);
        Assert.True(lease.TryGetMetadata(MetadataName.ReasonPhrase, out string? reason));
        Assert.Equal("the counts are not in this process: AcquireAsync decides", reason);
        Assert.Equal(["REASON_PHRASE"], lease.MetadataNames);
        Assert.Null(limiter.GetStatistics());
    }

    [Theory]
    [InlineData("shop/account")] // one limit
    [InlineData("shop")] // two, of which one allows two requests
    public async Task An_attempt_uses_the_fast_path_of_the_store(string limits)
    {
        using var given = new TestLimiters(TestPolicies.Shop.Replace("permits: 3", "permits: 2"), clock => new QuickStore(clock));
        using RateLimiter limiter = given.RateLimiters.ForAccount(
            new() { Limits = limits, Account = new(AccountKind.Id, "a"), Path = "/things/1" });

        Assert.False(limiter.AttemptAcquire().IsAcquired); // opening a group is not on the fast path
        Assert.True((await limiter.AcquireAsync()).IsAcquired);

        Assert.True(limiter.AttemptAcquire().IsAcquired);
        using RateLimitLease refused = limiter.AttemptAcquire();
        Assert.False(refused.IsAcquired);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out _));
        Assert.Equal(0, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task A_token_that_is_canceled_later_ends_the_wait_and_the_permits_stay_acquired()
    {
        var reply = new TaskCompletionSource();
        using var given = new TestLimiters(TestPolicies.Five, clock => new LateStore(clock) { Gate = reply.Task });
        using RateLimiter limiter = given.RateLimiters.ForAccount(s_options);
        using var canceled = new CancellationTokenSource();

        Task<RateLimitLease> pending = limiter.AcquireAsync(1, canceled.Token).AsTask();
        Assert.Null(limiter.IdleDuration);
        await canceled.CancelAsync();

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(
            () => pending.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(canceled.Token, exception.CancellationToken);
        Assert.NotNull(limiter.IdleDuration);
        ((LateStore)given.Get<IBucketStore>()).AwaitOperation();
        reply.SetResult();
        Assert.True((await limiter.AcquireAsync()).IsAcquired);
        RateLimiterStatistics statistics = limiter.GetStatistics()!;
        Assert.Equal((3, 1, 0), (
            statistics.CurrentAvailablePermits, statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
    }

    [Theory]
    [InlineData("allow", true)]
    [InlineData("deny", false)]
    public async Task An_outage_is_decided_by_on_failure(string onFailure, bool isAcquired)
    {
        using var given = new TestLimiters($"{TestPolicies.Five}\non-failure: {onFailure}", _ => new SilentStore());
        using RateLimiter limiter = given.RateLimiters.ForAccount(s_options);

        using RateLimitLease lease = await limiter.AcquireAsync();

        Assert.Equal(isAcquired, lease.IsAcquired);
        Assert.True(lease.TryGetMetadata(LimitMetadata.Failure, out string? failure));
        Assert.Equal("unreachable", failure);
        Assert.Equal(!isAcquired, lease.TryGetMetadata(MetadataName.ReasonPhrase, out string? reason));
        Assert.Equal(isAcquired ? null : "the limits cannot be checked now", reason);
        Assert.False(lease.TryGetMetadata(MetadataName.RetryAfter, out _));
        Assert.False(lease.TryGetMetadata(LimitMetadata.RefusedLimit, out _));
    }
}
