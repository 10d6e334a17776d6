namespace OrleansLimiter.Cluster;

/// <summary>
/// A circuit breaker for calls to the cluster. It opens when the cluster stops replying, so that later decisions do not wait for
/// their whole deadline and calls without a reply do not accumulate.
/// </summary>
/// <remarks>
/// It reacts to silence and not to single failures: if one silo of many is down, most calls still succeed, and refusing all calls
/// would be worse. It is open while calls are waiting and no reply has been received for longer than the bound. While it is open,
/// it allows one call every <see cref="ProbePeriod"/>. Any reply closes it.
/// </remarks>
internal sealed class CircuitBreaker(LimiterClock clock, TimeSpan silenceBound)
{
    /// <summary>The bound on silence, as a multiple of the decision deadline: 2.5, that is 500 ms by default.</summary>
    public const double DeadlinesOfSilence = 2.5;

    /// <summary>The period of probe calls while the breaker is open: 100 ms.</summary>
    public static readonly TimeSpan ProbePeriod = TimeSpan.FromMilliseconds(100);

    private readonly Throttle _probes = new(clock, ProbePeriod);
    private long _waiting;
    private long _lastReply;
    private long _lastFailure = long.MinValue / 2;
    private long _refused;

    /// <summary>Whether the breaker is open.</summary>
    public bool IsOpen => IsSilent(clock.Now);

    /// <summary>The number of calls since the start that were refused while the breaker was open.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Whether a call may be made. If so, <see cref="OnReply"/> or <see cref="OnFailure"/> must follow.</summary>
    public bool TryEnter()
    {
        Instant now = clock.Now;
        if (IsSilent(now) && !_probes.TryPass())
        {
            Interlocked.Increment(ref _refused);
            return false;
        }

        // Silence is measured from the first waiting call, because an idle front-end receives no replies.
        if (Interlocked.Increment(ref _waiting) == 1 && !HasFailedRecently(now))
        {
            Volatile.Write(ref _lastReply, now.Ticks);
        }

        return true;
    }

    /// <summary>Whether the breaker is open, so that a call should not be made. Counts the refused call.</summary>
    public bool Refuses(Instant now)
    {
        bool silent = IsSilent(now);
        if (silent)
        {
            Interlocked.Increment(ref _refused);
        }

        return silent;
    }

    /// <summary>Records a reply.</summary>
    public void OnReply()
    {
        Volatile.Write(ref _lastReply, clock.Now.Ticks);
        Interlocked.Decrement(ref _waiting);
    }

    /// <summary>Records a call that ended without a reply.</summary>
    public void OnFailure()
    {
        Volatile.Write(ref _lastFailure, clock.Now.Ticks);
        Interlocked.Decrement(ref _waiting);
    }

    private bool IsSilent(Instant now) =>
        (Interlocked.Read(ref _waiting) > 0 || HasFailedRecently(now)) && now - new Instant(Volatile.Read(ref _lastReply)) > silenceBound;

    // Calls that fail immediately never wait, but they also indicate an outage.
    private bool HasFailedRecently(Instant now) => now - new Instant(Volatile.Read(ref _lastFailure)) <= silenceBound;
}
