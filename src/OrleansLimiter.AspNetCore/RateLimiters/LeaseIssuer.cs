using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore;

/// <summary>Asks the limiter for leases, and counts them and their decisions. A remote limiter counts its own decisions.</summary>
internal sealed class LeaseIssuer(DecisionSource source, DecisionCounters counters, bool isCancelable)
{
    private readonly Limiter _limiter = source.Local;
    private long _acquired;
    private long _refused;

    /// <summary>Whether every attempt decides.</summary>
    public bool DecidesAttempts => source.Remote is null && _limiter.DecidesAtOnce;

    /// <summary>The calls with a number of permits. Zero permits acquire nothing: would one be admitted?</summary>
    public static void SetPermits(Span<LimitCall> calls, int permits)
    {
        foreach (ref LimitCall call in calls)
        {
            long cost = (long)call.Request.Cost * Math.Max(1, permits);
            call = call with { Request = call.Request with { Cost = (int)Math.Min(cost, int.MaxValue), Peek = permits == 0 } };
        }
    }

    /// <summary>Decides if no reply can be late, without waiting.</summary>
    public LimitLease AttemptAcquire(LimitCall[] calls)
    {
        if (source.Remote is not null)
        {
            return LimitLease.Undecided;
        }

        CancelableAcquisition? acquisition = isCancelable ? new() : null;
        Decision[]? decisions = acquisition is null ? _limiter.TryCheckAll(calls) : _limiter.TryCheckAll(calls, acquisition);
        return decisions is null ? LimitLease.Undecided : Note(calls, decisions, acquisition);
    }

    /// <summary>Whether a remote limiter decides, if there is one; if not, <c>on-failure</c> does. Logs why it cannot.</summary>
    public bool CanAsk(EnforcedPolicy[] enforced) => source.Remote?.CanDecide(enforced) != false;

    /// <summary>Decides. A caller that no longer waits does not cancel the acquisition.</summary>
    /// <param name="calls">What is asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="canAsk">As <see cref="CanAsk"/>.</param>
    public ValueTask<LimitLease> AcquireAsync(LimitCall[] calls, CancellationToken cancellationToken, bool canAsk = true)
    {
        if (source.Remote is { } remote && canAsk)
        {
            return AwaitAsync(remote.CheckAsync(calls[0].Policy, calls[0].Request), cancellationToken);
        }

        CancelableAcquisition? acquisition = isCancelable ? new() : null;
        ValueTask<Decision[]> pending = acquisition is null ? _limiter.CheckAllAsync(calls) : _limiter.CheckAllAsync(calls, acquisition);
        return pending.IsCompletedSuccessfully
            ? new(Note(calls, pending.Result, acquisition))
            : AwaitAsync(calls, pending, acquisition, cancellationToken);
    }

    /// <summary>Counts a lease.</summary>
    public LimitLease Note(LimitLease lease)
    {
        Interlocked.Increment(ref (lease.IsAcquired ? ref _acquired : ref _refused));
        return lease;
    }

    /// <summary>The number of permits that can be acquired now; null if only a reply which can be late could tell.</summary>
    public long? Available(LimitCall[] calls)
    {
        SetPermits(calls, permits: 0);
        return source.Remote is null && _limiter.TryCheckAll(calls) is { } decisions ? Available(decisions, calls) : null;
    }

    /// <summary>The number of permits that decisions have left; null if they are not those of the calls.</summary>
    public static long? Available(RateLimitFeature decided, LimitCall[] calls) =>
        decided.Remote is not null ? Available(decided.Readings, calls[0].Request.Cost)
        : decided.Decisions.Length == calls.Length ? Available(decided.Decisions, calls)
        : null;

    private static long Available(IReadOnlyList<RateLimitReading> readings, int cost) => readings
        .Where(reading => reading.IsAvailable).Select(reading => (long)(reading.Remaining / cost)).DefaultIfEmpty(long.MaxValue).Min();

    private static long Available(ReadOnlySpan<Decision> decisions, LimitCall[] calls)
    {
        long available = long.MaxValue;
        for (int call = 0; call < decisions.Length; call++)
        {
            for (int i = 0; i < decisions[call].Count; i++)
            {
                LimitOutcome outcome = decisions[call][i];
                available = outcome.IsAvailable
                    ? Math.Min(available, outcome.Reading.Remaining / calls[call].Request.Cost)
                    : available;
            }
        }

        return available;
    }

    /// <summary>The statistics.</summary>
    public RateLimiterStatistics Statistics(long available) => new()
    {
        CurrentAvailablePermits = available,
        TotalSuccessfulLeases = Interlocked.Read(ref _acquired),
        TotalFailedLeases = Interlocked.Read(ref _refused),
    };

    // The reply of a store arrives on a thread that delivers the replies behind it, and the caller may block its thread.
    private async ValueTask<LimitLease> AwaitAsync(
        LimitCall[] calls, ValueTask<Decision[]> pending, CancelableAcquisition? acquisition, CancellationToken cancellationToken)
    {
        Decision[] decisions = await pending.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return Note(calls, decisions, acquisition);
    }

    private async ValueTask<LimitLease> AwaitAsync(ValueTask<RemoteDecision> pending, CancellationToken cancellationToken) =>
        Note(new LimitLease(RateLimitFeature.Of(await pending.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false))));

    private LimitLease Note(LimitCall[] calls, Decision[] decisions, CancelableAcquisition? acquisition)
    {
        for (int i = 0; i < decisions.Length; i++)
        {
            counters.For(decisions[i].Policy).Count(decisions[i], calls[i].Request.Peek);
        }

        return Note(new LimitLease(RateLimitFeature.Of(decisions), acquisition));
    }
}
