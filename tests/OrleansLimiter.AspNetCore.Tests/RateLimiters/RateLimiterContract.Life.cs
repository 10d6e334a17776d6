using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

// Metadata, statistics, cancellation and disposal.
public abstract partial class RateLimiterContract
{
    [Fact]
    public async Task An_acquired_lease_has_no_reason_and_no_time_to_retry()
    {
        RateLimiter limiter = AtEnd(Create());

        using RateLimitLease lease = await limiter.AcquireAsync();

        Assert.False(lease.TryGetMetadata(MetadataName.RetryAfter, out _));
        Assert.False(lease.TryGetMetadata(MetadataName.ReasonPhrase, out _));
        Assert.False(lease.TryGetMetadata("no such name", out object? nothing));
        Assert.Null(nothing);
    }

    [Fact]
    public async Task A_refused_lease_tells_what_its_limiter_knows()
    {
        RateLimiter limiter = AtEnd(await CreateExhaustedAsync());

        using RateLimitLease lease = await limiter.AcquireAsync();

        Assert.False(lease.IsAcquired);
        Assert.Equal(RefusalHasRetryAfter, lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) && wait > TimeSpan.Zero);
        Assert.Equal(RefusalHasReason, lease.TryGetMetadata(MetadataName.ReasonPhrase, out string? reason) && reason?.Length > 0);
        Assert.Equal(RefusalHasRetryAfter, lease.GetAllMetadata().Any(each => each.Key == MetadataName.RetryAfter.Name));
    }

    [Fact]
    public async Task Statistics_count_leases_and_show_the_permits_that_remain()
    {
        RateLimiter limiter = AtEnd(Create());
        Assert.Equal(HasStatisticsAtFirst ? (long)Permits : null, Available(limiter));
        await limiter.AcquireAsync(2);
        await limiter.AcquireAsync(4);
        await limiter.AcquireAsync(1);

        RateLimiterStatistics statistics = limiter.GetStatistics()!;

        Assert.Equal(2, statistics.CurrentAvailablePermits);
        Assert.Equal(0, statistics.CurrentQueuedCount);
        Assert.Equal(2, statistics.TotalSuccessfulLeases);
        Assert.Equal(1, statistics.TotalFailedLeases);
    }

    [Fact]
    public async Task A_token_that_is_canceled_already_takes_no_permits()
    {
        RateLimiter limiter = AtEnd(Create());
        var canceled = new CancellationToken(canceled: true);

        ValueTask<RateLimitLease> pending = limiter.AcquireAsync(1, canceled);

        Assert.True(pending.IsCanceled);
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await pending);
        Assert.True(await IsAcquiredAsync(limiter, Permits));
    }

    [Fact]
    public async Task A_token_that_is_canceled_while_a_call_waits_ends_the_wait()
    {
        (RateLimiter limiter, Action proceed) = await CreateWaitingAsync();
        AtEnd(limiter);
        using var source = new CancellationTokenSource();

        Task<RateLimitLease> call = limiter.AcquireAsync(1, source.Token).AsTask();
        Assert.Equal(CallsWait, !call.IsCompleted);
        await source.CancelAsync();

        if (CallsWait)
        {
            TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => call.WaitAsync(s_maxWait));
            Assert.Equal(source.Token, exception.CancellationToken);
        }

        proceed();
        Assert.Equal(CanceledCallsTakePermits, !await IsAcquiredAsync(limiter, Permits));
    }

    [Fact]
    public async Task A_disposed_limiter_cannot_be_used()
    {
        RateLimiter limiter = CreateDisposed();

        Assert.Throws<ObjectDisposedException>(() => limiter.AttemptAcquire());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await limiter.AcquireAsync());
        Assert.Throws<ObjectDisposedException>(() => limiter.GetStatistics());
        limiter.Dispose();
        await limiter.DisposeAsync();
    }

    [Fact]
    public async Task A_lease_outlives_its_limiter()
    {
        RateLimiter limiter = await CreateExhaustedAsync();
        RateLimitLease lease = await limiter.AcquireAsync();

        await limiter.DisposeAsync();

        Assert.False(lease.IsAcquired);
        Assert.Equal(RefusalHasRetryAfter, lease.TryGetMetadata(MetadataName.RetryAfter, out _));
        lease.Dispose();
    }

    [Fact]
    public async Task A_new_limiter_is_idle_and_a_used_one_may_be()
    {
        RateLimiter limiter = AtEnd(Create());
        Assert.NotNull(limiter.IdleDuration);

        await limiter.AcquireAsync();

        Assert.Equal(IsIdleWithPermitsInUse, limiter.IdleDuration is not null);
    }
}
