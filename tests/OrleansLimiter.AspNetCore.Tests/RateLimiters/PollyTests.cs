using System.Threading.RateLimiting;
using Polly;
using Polly.RateLimiting;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>The limiter of one account in a pipeline of Polly.</summary>
public sealed class PollyTests : IDisposable
{
    private static readonly AccountRateLimiterOptions s_options = new() { Limits = "five", Account = new(AccountKind.Id, "a") };

    private readonly TestLimiters _given = new(TestPolicies.Five);

    public void Dispose() => _given.Dispose();

    [Fact]
    public async Task A_pipeline_executes_as_many_calls_as_there_are_permits()
    {
        using RateLimiter limiter = _given.RateLimiters.ForAccount(s_options);
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddRateLimiter(limiter).Build();
        int executed = 0;
        for (int i = 0; i < 5; i++)
        {
            await pipeline.ExecuteAsync(_ => new ValueTask<int>(++executed));
        }

        RateLimiterRejectedException exception = await Assert.ThrowsAsync<RateLimiterRejectedException>(
            async () => await pipeline.ExecuteAsync(_ => new ValueTask<int>(++executed)));

        Assert.Equal(TimeSpan.FromMinutes(1), exception.RetryAfter);
        Assert.Equal(5, executed);
        _given.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(6, await pipeline.ExecuteAsync(_ => new ValueTask<int>(++executed)));
    }

    [Fact]
    public async Task A_retry_after_the_time_that_the_lease_tells_succeeds()
    {
        using RateLimiter limiter = _given.RateLimiters.ForAccount(s_options);
        limiter.AttemptAcquire(5);
        _given.Time.Advance(TimeSpan.FromMilliseconds(20_300));
        TimeSpan? waited = null;
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = _given.Time }
            .AddRetry(new()
            {
                ShouldHandle = new PredicateBuilder().Handle<RateLimiterRejectedException>(),
                MaxRetryAttempts = 1,
                DelayGenerator = retry => new((retry.Outcome.Exception as RateLimiterRejectedException)?.RetryAfter),
                OnRetry = retry =>
                {
                    waited = retry.RetryDelay;
                    return default;
                },
            })
            .AddRateLimiter(limiter)
            .Build();

        Task<string> call = pipeline.ExecuteAsync(_ => new ValueTask<string>("a response")).AsTask();
        Assert.False(call.IsCompleted);
        _given.Time.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal("a response", await call);
        Assert.Equal(TimeSpan.FromSeconds(40), waited);
    }

    [Fact]
    public async Task Each_account_has_a_pipeline_of_its_own()
    {
        using RateLimiter one = _given.RateLimiters.ForAccount(s_options);
        using RateLimiter other = _given.RateLimiters.ForAccount(new() { Limits = "five", Account = new(AccountKind.Id, "b") });
        one.AttemptAcquire(5);

        await Assert.ThrowsAsync<RateLimiterRejectedException>(async () =>
            await new ResiliencePipelineBuilder().AddRateLimiter(one).Build().ExecuteAsync(_ => default));
        await new ResiliencePipelineBuilder().AddRateLimiter(other).Build().ExecuteAsync(_ => default);
    }
}
