using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>
/// What a <see cref="RateLimiter"/> with five permits in a window does: ours, and those of the base class library without a queue. The
/// properties are the facts in which they differ.
/// </summary>
public abstract partial class RateLimiterContract : IDisposable
{
    protected const int Permits = 5;

    private static readonly TimeSpan s_maxWait = TimeSpan.FromMinutes(1);

    private readonly List<IDisposable> _disposables = [];

    /// <summary>Whether an attempt decides. If not, it asks nothing, and its lease is not acquired.</summary>
    protected virtual bool AttemptsDecide => true;

    /// <summary>Whether more permits than there are in the window are an exception. If not, they are refused.</summary>
    protected abstract bool ThrowsAboveTheLimit { get; }

    /// <summary>Whether zero permits wait in the queue while there are none. If not, they are refused.</summary>
    protected abstract bool ZeroPermitsWait { get; }

    /// <summary>Whether a refused lease tells when to retry.</summary>
    protected abstract bool RefusalHasRetryAfter { get; }

    /// <summary>Whether a refused lease tells why.</summary>
    protected abstract bool RefusalHasReason { get; }

    /// <summary>Whether a limiter is idle although permits are in use.</summary>
    protected abstract bool IsIdleWithPermitsInUse { get; }

    /// <summary>Whether a call can wait: for permits, or for a reply.</summary>
    protected virtual bool CallsWait => true;

    /// <summary>Whether a call that is canceled while it waits takes permits.</summary>
    protected virtual bool CanceledCallsTakePermits => false;

    /// <summary>Whether there are statistics before the first decision.</summary>
    protected virtual bool HasStatisticsAtFirst => true;

    /// <summary>Creates a limiter with all its permits.</summary>
    protected abstract RateLimiter Create();

    /// <summary>
    /// Creates a limiter whose next call waits, if calls can wait, until the callback is called. Then it has all its permits.
    /// </summary>
    protected abstract Task<(RateLimiter Limiter, Action Continue)> CreateWaitingAsync();

    /// <summary>Lets the window pass.</summary>
    protected abstract void Replenish(RateLimiter limiter);

    public void Dispose()
    {
        foreach (IDisposable each in Enumerable.Reverse(_disposables))
        {
            each.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes an object at the end of the test.</summary>
    protected T AtEnd<T>(T disposable)
        where T : IDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    protected RateLimiter CreateDisposed()
    {
        RateLimiter limiter = Create();
        limiter.Dispose();
        return limiter;
    }

    /// <summary>A limiter whose permits are all in use.</summary>
    protected async Task<RateLimiter> CreateExhaustedAsync()
    {
        RateLimiter limiter = Create();
        Assert.True(await IsAcquiredAsync(limiter, Permits));
        return limiter;
    }

    protected static async Task<bool> IsAcquiredAsync(RateLimiter limiter, int permits = 1)
    {
        using RateLimitLease lease = await limiter.AcquireAsync(permits);
        return lease.IsAcquired;
    }

    protected static long? Available(RateLimiter limiter) => limiter.GetStatistics()?.CurrentAvailablePermits;
}
