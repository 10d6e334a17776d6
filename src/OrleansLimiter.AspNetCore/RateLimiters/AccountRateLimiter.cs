using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore;

/// <summary>The limits of one account as a limiter of the base class library. The counts are in the store; the limiter has none.</summary>
internal sealed class AccountRateLimiter(Func<LimitCall?> call, LeaseIssuer issuer, TimeProvider time) : RateLimiter
{
    private long _lastUse = time.GetTimestamp();
    private int _waiting;
    private LimitLease? _latest;
    private volatile bool _isDisposed;

    /// <inheritdoc/>
    public override TimeSpan? IdleDuration =>
        Volatile.Read(ref _waiting) > 0 ? null : time.GetElapsedTime(Interlocked.Read(ref _lastUse));

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (call() is not { } current)
        {
            return issuer.Statistics(long.MaxValue);
        }

        LimitCall[] calls = [current];
        long? available = issuer.Available(calls)
            ?? (Volatile.Read(ref _latest)?.Feature is { } decided ? LeaseIssuer.Available(decided, calls) : null);
        return available is { } permits ? issuer.Statistics(permits) : null;
    }

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Keep(Ask(permitCount) is { } calls ? issuer.AttemptAcquire(calls) : issuer.Note(LimitLease.Unlimited));
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Ask(permitCount) is not { } calls)
        {
            return new(Keep(issuer.Note(LimitLease.Unlimited)));
        }

        ValueTask<LimitLease> pending = issuer.AcquireAsync(calls, cancellationToken);
        return pending.IsCompletedSuccessfully ? new(Keep(pending.Result)) : AwaitAsync(pending);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _isDisposed = true;

    private LimitCall[]? Ask(int permits)
    {
        Interlocked.Exchange(ref _lastUse, time.GetTimestamp());
        if (call() is not { } current)
        {
            return null;
        }

        LimitCall[] calls = [current];
        LeaseIssuer.SetPermits(calls, permits);
        return calls;
    }

    private async ValueTask<RateLimitLease> AwaitAsync(ValueTask<LimitLease> pending)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return Keep(await pending.ConfigureAwait(false));
        }
        finally
        {
            Interlocked.Exchange(ref _lastUse, time.GetTimestamp());
            Interlocked.Decrement(ref _waiting);
        }
    }

    private LimitLease Keep(LimitLease lease)
    {
        if (lease.Feature is not null)
        {
            Volatile.Write(ref _latest, lease);
        }

        return lease;
    }
}
