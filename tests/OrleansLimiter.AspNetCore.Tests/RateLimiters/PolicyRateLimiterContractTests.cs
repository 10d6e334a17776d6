using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>The limiters over a policy, whose counts are in a store.</summary>
public abstract class PolicyRateLimiterContractTests : RateLimiterContract
{
    private readonly List<TestLimiters> _all = [];

    protected override bool ThrowsAboveTheLimit => false;

    protected override bool ZeroPermitsWait => false;

    protected override bool RefusalHasRetryAfter => true;

    protected override bool RefusalHasReason => true;

    protected override bool IsIdleWithPermitsInUse => true;

    protected override bool AttemptsDecide => HasCountsHere;

    protected override bool CallsWait => !HasCountsHere;

    protected override bool HasStatisticsAtFirst => HasCountsHere;

    protected override bool CanceledCallsTakePermits => true;

    /// <summary>Whether the store replies within its call.</summary>
    protected virtual bool HasCountsHere => true;

    /// <summary>The remote limiters that count; null if a store does.</summary>
    private protected virtual RemoteLimiters? Remote => null;

    protected override Task<(RateLimiter Limiter, Action Continue)> CreateWaitingAsync()
    {
        if (Remote is not null)
        {
            return Remote.HoldAsync(Create);
        }

        RateLimiter limiter = Create();
        var gate = new TaskCompletionSource();
        var store = _all[^1].Get<IBucketStore>() as LateStore;
        if (store is not null)
        {
            store.Gate = gate.Task;
        }

        return Task.FromResult((limiter, (Action)(() =>
        {
            store?.AwaitOperation(); // it can execute the next one before
            gate.SetResult();
        })));
    }

    protected override RateLimiter Create()
    {
        TestLimiters limiters = AtEnd(Remote?.Create(AtEnd) ?? new TestLimiters(TestPolicies.Five, Store));
        _all.Add(limiters);
        return Create(limiters);
    }

    protected override void Replenish(RateLimiter limiter)
    {
        _all.ForEach(each => each.Time.Advance(TimeSpan.FromMinutes(1)));
        Remote?.Replenish();
    }

    protected virtual IBucketStore Store(LimiterClock clock) => new InProcessBucketStore(clock);

    private protected abstract RateLimiter Create(TestLimiters limiters);
}

/// <summary>A limiter of one account.</summary>
public class AccountContractTests : PolicyRateLimiterContractTests
{
    private protected override RateLimiter Create(TestLimiters limiters) =>
        limiters.RateLimiters.ForAccount(new() { Limits = "five", Account = new(AccountKind.Id, "a") });
}

/// <summary>A limiter of one account over a store that replies later, as a cluster does.</summary>
public sealed class LateAccountContractTests : AccountContractTests
{
    protected override bool HasCountsHere => false;

    protected override IBucketStore Store(LimiterClock clock) => new LateStore(clock);
}

/// <summary>The limiter of requests, each question by a request of its own.</summary>
public class RequestContractTests : PolicyRateLimiterContractTests
{
    private protected override RateLimiter Create(TestLimiters limiters) => new OfRequests(limiters);

    private sealed class OfRequests(TestLimiters limiters) : RateLimiter
    {
        private HttpContext _latest = limiters.Request();

        public override TimeSpan? IdleDuration => TimeSpan.Zero; // a partitioned limiter has none

        public override RateLimiterStatistics? GetStatistics() => limiters.RateLimiters.Requests.GetStatistics(_latest);

        protected override RateLimitLease AttemptAcquireCore(int permitCount) =>
            limiters.RateLimiters.Requests.AttemptAcquire(_latest = limiters.Request(), permitCount);

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            limiters.RateLimiters.Requests.AcquireAsync(_latest = limiters.Request(), permitCount, cancellationToken);

        protected override void Dispose(bool disposing) => limiters.RateLimiters.Requests.Dispose();
    }
}

/// <summary>The limiter of requests over a store that replies later.</summary>
public sealed class LateRequestContractTests : RequestContractTests
{
    protected override bool HasCountsHere => false;

    protected override IBucketStore Store(LimiterClock clock) => new LateStore(clock);
}
