using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

// Which leases are acquired.
public abstract partial class RateLimiterContract
{
    [Fact]
    public async Task Permits_are_acquired_up_to_the_limit_and_again_after_the_window()
    {
        RateLimiter limiter = AtEnd(Create());
        for (int i = 0; i < Permits; i++)
        {
            Assert.True(await IsAcquiredAsync(limiter));
        }

        Assert.False(await IsAcquiredAsync(limiter));
        Replenish(limiter);
        Assert.True(await IsAcquiredAsync(limiter, Permits));
    }

    [Fact]
    public async Task Several_permits_are_acquired_all_or_none()
    {
        RateLimiter limiter = AtEnd(Create());

        Assert.True(await IsAcquiredAsync(limiter, 3));
        Assert.False(await IsAcquiredAsync(limiter, 3));
        Assert.True(await IsAcquiredAsync(limiter, 2));
    }

    [Fact]
    public void An_attempt_acquires_or_asks_nothing()
    {
        RateLimiter limiter = AtEnd(Create());

        using RateLimitLease three = limiter.AttemptAcquire(3);
        using RateLimitLease more = limiter.AttemptAcquire(3);

        Assert.Equal(AttemptsDecide, three.IsAcquired);
        Assert.False(more.IsAcquired);
        Assert.Equal(AttemptsDecide ? (long)(Permits - 3) : null, Available(limiter));
    }

    [Fact]
    public async Task Zero_permits_are_acquired_while_there_is_one_and_take_none()
    {
        RateLimiter limiter = AtEnd(Create());

        Assert.True(await IsAcquiredAsync(limiter, 0));
        Assert.Equal(AttemptsDecide, limiter.AttemptAcquire(0).IsAcquired);
        Assert.True(await IsAcquiredAsync(limiter, Permits));
        Assert.False(limiter.AttemptAcquire(0).IsAcquired);
    }

    [Fact]
    public async Task Zero_permits_wait_or_are_refused_while_there_are_none()
    {
        RateLimiter limiter = AtEnd(await CreateExhaustedAsync());

        ValueTask<RateLimitLease> zero = limiter.AcquireAsync(0);
        if (ZeroPermitsWait)
        {
            Assert.False(zero.IsCompleted);
            Replenish(limiter);
        }

        Assert.Equal(ZeroPermitsWait, (await zero).IsAcquired);
    }

    [Fact]
    public async Task A_negative_number_of_permits_is_an_error()
    {
        RateLimiter limiter = AtEnd(Create());

        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire(-1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await limiter.AcquireAsync(-1));
        Assert.True(await IsAcquiredAsync(limiter, Permits));
    }

    [Theory]
    [InlineData(Permits + 1)]
    [InlineData(int.MaxValue)]
    public async Task More_permits_than_the_limit_are_an_error_or_refused_and_take_none(int permits)
    {
        RateLimiter limiter = AtEnd(Create());

        if (ThrowsAboveTheLimit)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire(permits));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await limiter.AcquireAsync(permits));
        }
        else
        {
            Assert.False(limiter.AttemptAcquire(permits).IsAcquired);
            using RateLimitLease lease = await limiter.AcquireAsync(permits);
            Assert.False(lease.IsAcquired);
            Assert.False(lease.TryGetMetadata(MetadataName.RetryAfter, out _));
        }

        Assert.True(await IsAcquiredAsync(limiter, Permits));
    }

    [Fact]
    public async Task Many_callers_at_once_acquire_as_many_permits_as_there_are()
    {
        RateLimiter limiter = AtEnd(Create());

        bool[] acquired = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => IsAcquiredAsync(limiter))));

        Assert.Equal(Permits, acquired.Count(each => each));
    }

    [Fact]
    public async Task A_lease_that_is_disposed_gives_no_permits_back()
    {
        RateLimiter limiter = AtEnd(Create());
        RateLimitLease lease = await limiter.AcquireAsync(Permits);

        lease.Dispose();
        lease.Dispose();

        Assert.False(await IsAcquiredAsync(limiter));
    }

    [Fact]
    public async Task A_chain_takes_permits_of_a_limiter_whose_successor_refuses_and_none_of_one_whose_predecessor_refuses()
    {
        RateLimiter first = AtEnd(Create());
        RateLimiter last = AtEnd(Create());

        Assert.False(await IsAcquiredAsync(RateLimiter.CreateChained(first, AtEnd(await CreateExhaustedAsync()))));
        Assert.False(await IsAcquiredAsync(RateLimiter.CreateChained(AtEnd(await CreateExhaustedAsync()), last)));

        Assert.False(await IsAcquiredAsync(first, Permits));
        Assert.True(await IsAcquiredAsync(last, Permits));
    }
}
