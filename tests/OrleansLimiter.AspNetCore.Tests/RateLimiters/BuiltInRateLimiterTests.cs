using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>
/// The limiters of the base class library, without a queue. Their clock cannot be replaced, so their window is the shortest.
/// </summary>
public abstract class BuiltInRateLimiterTests : RateLimiterContract
{
    protected override bool ThrowsAboveTheLimit => true;

    protected override bool ZeroPermitsWait => true;

    protected override bool RefusalHasReason => false;

    protected override bool IsIdleWithPermitsInUse => false;

    protected override RateLimiter Create() => Create(queue: 0);

    protected override async Task<(RateLimiter Limiter, Action Continue)> CreateWaitingAsync()
    {
        RateLimiter limiter = Create(queue: 1);
        Assert.True(await IsAcquiredAsync(limiter, Permits));
        return (limiter, () => Replenish(limiter));
    }

    protected override void Replenish(RateLimiter limiter)
    {
        while (Available(limiter) < Permits)
        {
            ((ReplenishingRateLimiter)limiter).TryReplenish();
        }
    }

    protected abstract RateLimiter Create(int queue);
}

public sealed class FixedWindowRateLimiterTests : BuiltInRateLimiterTests
{
    protected override bool RefusalHasRetryAfter => true;

    protected override RateLimiter Create(int queue) => new FixedWindowRateLimiter(new()
    {
        PermitLimit = Permits,
        Window = TimeSpan.FromTicks(1),
        QueueLimit = queue,
        AutoReplenishment = false,
    });
}

public sealed class SlidingWindowRateLimiterTests : BuiltInRateLimiterTests
{
    protected override bool RefusalHasRetryAfter => false;

    protected override RateLimiter Create(int queue) => new SlidingWindowRateLimiter(new()
    {
        PermitLimit = Permits,
        Window = TimeSpan.FromTicks(1),
        SegmentsPerWindow = 1,
        QueueLimit = queue,
        AutoReplenishment = false,
    });
}

public sealed class TokenBucketRateLimiterTests : BuiltInRateLimiterTests
{
    protected override bool RefusalHasRetryAfter => true;

    protected override RateLimiter Create(int queue) => new TokenBucketRateLimiter(new()
    {
        TokenLimit = Permits,
        TokensPerPeriod = Permits,
        ReplenishmentPeriod = TimeSpan.FromTicks(1),
        QueueLimit = queue,
        AutoReplenishment = false,
    });
}
