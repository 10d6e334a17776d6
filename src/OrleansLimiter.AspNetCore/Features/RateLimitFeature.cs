namespace OrleansLimiter.AspNetCore;

/// <summary>The decision for a request. Pooled, and returned to the pool when the response is complete.</summary>
internal sealed class RateLimitFeature : IRateLimitFeature, IDisposable
{
    [ThreadStatic]
    private static ThreadLocalPool<RateLimitFeature> s_pool;

    private Decision _only;
    private Decision[]? _several;
    private RateLimitReading[]? _readings;
    private RemoteDecision? _remote;

    public bool Allowed { get; private set; } = true;

    public IReadOnlyList<RateLimitReading> Readings => _readings ??= ReadingsOf(Decisions);

    public RateLimitReading? Refused => Allowed ? null : LongestWait(Readings);

    public TimeSpan? RetryAfter => Refused?.RetryAfter;

    public string? Failure
    {
        get
        {
            if (_remote is not null)
            {
                return _remote.Failure;
            }

            DecisionNotes notes = DecisionNotes.None;
            foreach (ref readonly Decision decision in Decisions)
            {
                notes |= decision.Notes;
            }

            return FailureHeader.Of(notes);
        }
    }

    /// <summary>The decision of each policy; empty if <see cref="Remote"/> is set.</summary>
    public ReadOnlySpan<Decision> Decisions => _remote is not null ? [] : _several ?? new ReadOnlySpan<Decision>(in _only);

    /// <summary>The decision of a remote limiter; null if the limiter of this process has decided.</summary>
    public RemoteDecision? Remote => _remote;

    /// <summary>Creates a feature that is not pooled, for a caller that keeps it.</summary>
    public static RateLimitFeature Of(Decision[] decisions) =>
        new() { _several = decisions, Allowed = Array.TrueForAll(decisions, decision => decision.Allowed) };

    /// <summary>Creates a feature that is not pooled, for a caller that keeps it.</summary>
    public static RateLimitFeature Of(RemoteDecision decision) =>
        new() { _remote = decision, _readings = decision.All, Allowed = decision.Allowed };

    /// <summary>Adds a decision to a request.</summary>
    public static RateLimitFeature Add(HttpContext context, in Decision decision)
    {
        RateLimitFeature feature = Rent(context);
        (feature._only, feature.Allowed) = (decision, decision.Allowed);
        return feature;
    }

    /// <summary>Adds the decisions of several policies to a request.</summary>
    public static RateLimitFeature Add(HttpContext context, Decision[] decisions)
    {
        RateLimitFeature feature = Rent(context);
        (feature._several, feature.Allowed) = (decisions, Array.TrueForAll(decisions, decision => decision.Allowed));
        return feature;
    }

    /// <summary>Adds the decision of a remote limiter to a request.</summary>
    public static RateLimitFeature Add(HttpContext context, RemoteDecision decision)
    {
        RateLimitFeature feature = Rent(context);
        (feature._remote, feature._readings, feature.Allowed) = (decision, decision.All, decision.Allowed);
        return feature;
    }

    /// <summary>Returns the feature to the pool.</summary>
    public void Dispose()
    {
        (_only, _several, _readings, _remote, Allowed) = (default, null, null, null, true);
        s_pool.Return(this);
    }

    private static RateLimitFeature Rent(HttpContext context)
    {
        RateLimitFeature feature = s_pool.Rent() ?? new();
        context.Features.Set<IRateLimitFeature>(feature);
        context.Response.RegisterForDispose(feature);
        return feature;
    }

    /// <summary>Returns the limit that refuses with the longest wait; null if none is known to refuse.</summary>
    public static RateLimitReading? LongestWait(IEnumerable<RateLimitReading> readings)
    {
        RateLimitReading? longest = null;
        foreach (RateLimitReading reading in readings)
        {
            if (reading is { IsAvailable: true, Allowed: false }
                && (longest is null || (reading.RetryAfter ?? TimeSpan.MaxValue) > (longest.RetryAfter ?? TimeSpan.MaxValue)))
            {
                longest = reading;
            }
        }

        return longest;
    }

    /// <summary>Returns the readings of all limits of some decisions.</summary>
    public static RateLimitReading[] ReadingsOf(ReadOnlySpan<Decision> decisions)
    {
        List<RateLimitReading> readings = [];
        foreach (ref readonly Decision decision in decisions)
        {
            for (int i = 0; i < decision.Count; i++)
            {
                LimitOutcome outcome = decision[i];
                Reading reading = outcome.Reading;
                readings.Add(new(
                    decision.Policy.Name, outcome.Limit.Name, decision.Account, outcome.IsAvailable,
                    outcome.IsAvailable ? reading.Allowed : decision.Allowed, reading.Limit, reading.Remaining, reading.Window,
                    reading.Next, reading.Reset, outcome.IsAvailable && reading.Verdict == Verdict.Wait ? reading.RetryAfter : null));
            }
        }

        return [.. readings];
    }
}
