namespace OrleansLimiter.Cluster;

/// <summary>
/// Tells when the cluster is silent, so that a decision need not wait for its whole deadline to learn what the ones
/// before it have learnt, and calls without an answer do not pile up.
/// </summary>
/// <remarks>
/// It looks at silence, not at failures: with one silo of many gone, most calls are still answered, and refusing
/// to ask would be the worse outage. While calls wait and nothing at all has been heard for longer than the bound, it is
/// open and lets one call through every <see cref="ProbePeriod"/>. Any answer closes it.
/// </remarks>
internal sealed class CircuitBreaker(LimiterClock clock, TimeSpan silenceBound)
{
    /// <summary>The bound on silence, in deadlines of a decision: 2.5, that is 500 ms by default.</summary>
    public const double DeadlinesOfSilence = 2.5;

    /// <summary>How often one call is let through to a silent cluster: 100 ms.</summary>
    public static readonly TimeSpan ProbePeriod = TimeSpan.FromMilliseconds(100);

    private long _waiting;
    private long _heard;
    private long _failed = long.MinValue / 2;
    private long _probed;
    private long _refused;

    /// <summary>Whether the cluster is silent now.</summary>
    public bool IsOpen => IsSilent(clock.Now);

    /// <summary>Calls that were not made because the cluster was silent, since the start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Whether a call may be made. If so, <see cref="Answered"/> or <see cref="Failed"/> must follow.</summary>
    public bool TryEnter()
    {
        Instant now = clock.Now;
        if (IsSilent(now) && !MayProbe(now))
        {
            Interlocked.Increment(ref _refused);
            return false;
        }

        // Silence is counted from the first call that waits: an idle front-end hears nothing either.
        if (Interlocked.Increment(ref _waiting) == 1 && !HasFailedLately(now))
        {
            Volatile.Write(ref _heard, now.Ticks);
        }

        return true;
    }

    /// <summary>Whether the cluster is silent, so that a call is better not made; it is counted then.</summary>
    public bool Refuses(Instant now)
    {
        bool silent = IsSilent(now);
        if (silent)
        {
            Interlocked.Increment(ref _refused);
        }

        return silent;
    }

    /// <summary>A call was answered.</summary>
    public void Answered()
    {
        Volatile.Write(ref _heard, clock.Now.Ticks);
        Interlocked.Decrement(ref _waiting);
    }

    /// <summary>A call has ended without an answer.</summary>
    public void Failed()
    {
        Volatile.Write(ref _failed, clock.Now.Ticks);
        Interlocked.Decrement(ref _waiting);
    }

    private bool IsSilent(Instant now) =>
        (Interlocked.Read(ref _waiting) > 0 || HasFailedLately(now)) && now - new Instant(Volatile.Read(ref _heard)) > silenceBound;

    // Calls that fail at once wait for nothing, and still are what an outage is made of.
    private bool HasFailedLately(Instant now) => now - new Instant(Volatile.Read(ref _failed)) <= silenceBound;

    private bool MayProbe(Instant now)
    {
        long probed = Volatile.Read(ref _probed);
        return now.Ticks - probed >= ProbePeriod.Ticks
            && Interlocked.CompareExchange(ref _probed, now.Ticks, probed) == probed;
    }
}
