using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// A limiter of the app, then the policies. The first one takes permits in an attempt, and again when the built-in middleware acquires
/// after an attempt that failed. So nothing is asked in an attempt that the policies may not decide.
/// </summary>
internal sealed class PoliciesLast(PartitionedRateLimiter<HttpContext> first, RequestRateLimiter policies)
    : PartitionedRateLimiter<HttpContext>
{
    private readonly PartitionedRateLimiter<HttpContext> _chain = PartitionedRateLimiter.CreateChained(first, policies);

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => _chain.GetStatistics(resource);

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount) =>
        policies.DecidesAttempts ? _chain.AttemptAcquire(resource, permitCount) : LimitLease.Undecided;

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(
        HttpContext resource, int permitCount, CancellationToken cancellationToken) =>
        _chain.AcquireAsync(resource, permitCount, cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _chain.Dispose();
}
