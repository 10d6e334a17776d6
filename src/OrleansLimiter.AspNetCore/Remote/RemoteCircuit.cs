namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Stops asking a remote limiter that does not answer, so that requests do not wait for their deadline and calls do not accumulate.
/// </summary>
internal sealed class RemoteCircuit(LimiterClock clock)
{
    /// <summary>The number of failures in a row after which requests are not sent: 3.</summary>
    public const int MaxFailures = 3;

    /// <summary>The time between requests that are sent nevertheless: 100 ms. An answer ends the outage.</summary>
    public static readonly TimeSpan ProbePeriod = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private int _failures;
    private Instant _nextProbe;

    /// <summary>Whether a request may be sent.</summary>
    public bool TryEnter()
    {
        if (Volatile.Read(ref _failures) < MaxFailures)
        {
            return true;
        }

        lock (_gate)
        {
            Instant now = clock.Now;
            if (now < _nextProbe)
            {
                return false;
            }

            _nextProbe = now + ProbePeriod;
            return true;
        }
    }

    /// <summary>Records an answer.</summary>
    public void Succeeded() => Volatile.Write(ref _failures, 0);

    /// <summary>Records a call without an answer, or with one that is not that of a limiter.</summary>
    public void Failed()
    {
        lock (_gate)
        {
            _nextProbe = clock.Now + ProbePeriod;
            _failures = Math.Min(_failures + 1, MaxFailures);
        }
    }
}
