namespace OrleansLimiter.Cluster;

/// <summary>
/// A cached refusal. It is repeated without a call until the wait is over, so that a flood of refused requests causes no calls.
/// It is valid for one set of rules (a changed override or policy ends it) and one cost.
/// </summary>
/// <remarks>
/// It never admits a request. It may refuse a request for up to <see cref="MaxAge"/> although a cancellation, or a reset through
/// another front-end, has made permits available.
/// </remarks>
internal sealed class CachedRefusal
{
    /// <summary>The maximum time for which a refusal is repeated: 1 s.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly GroupRules _rules;
    private readonly int _cost;
    private readonly Instant _received;
    private readonly Instant _until;
    private readonly Readings _readings;

    private CachedRefusal(in BucketOperation operation, Readings readings, Instant received, Instant until) =>
        (_rules, _cost, _readings, _received, _until) = (operation.Rules!, operation.Cost, readings, received, until);

    /// <summary>Creates a cached refusal from a reply; null if the reply cannot be cached.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="reply">The reply. A reply with notes, for example a contended one, is not cached.</param>
    /// <param name="sent">When the call was made. The group decided then or later, so the refusal never outlives its wait.</param>
    /// <param name="received">When the reply was received. The group decided before, so the announced wait is never too short.</param>
    public static CachedRefusal? Of(in BucketOperation operation, in GroupReply reply, Instant sent, Instant received)
    {
        if (!operation.Acquires || reply.Outcome != GroupOutcome.Refused || reply.Notes != GroupNotes.None || !AnyRefuses(reply.Readings))
        {
            return null;
        }

        TimeSpan age = ShortestWait(reply.Readings);
        return age > TimeSpan.Zero ? new(operation, reply.Readings, received, sent + age) : null;
    }

    /// <summary>Repeats the refusal of one rule at a later moment; false if the operation differs, or if the refusal may be over.</summary>
    public bool TryRepeat(GroupRules rules, int cost, Instant now, out Reading reading)
    {
        bool repeats = IsValid(rules, cost, now) && _readings.Count == 1;
        reading = repeats ? _readings.First.After(now - _received) : default;
        return repeats;
    }

    /// <summary>Repeats the refusal at a later moment; false if the operation differs, or if the refusal may be over.</summary>
    public bool TryRepeat(in BucketOperation operation, Instant now, out GroupReply reply)
    {
        bool repeats = operation.Acquires && IsValid(operation.Rules, operation.Cost, now);
        reply = repeats ? new(GroupOutcome.Refused, GroupNotes.None, ReadingsAt(now)) : default;
        return repeats;
    }

    /// <summary>Whether a limit refuses. Otherwise the acquisition is refused because it was canceled before.</summary>
    public static bool AnyRefuses(in Readings readings)
    {
        for (int i = 0; i < readings.Count; i++)
        {
            if (!readings[i].Allowed)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The time until the first refusing limit may admit the cost. Without a wait, the maximum age.</summary>
    public static TimeSpan ShortestWait(in Readings readings)
    {
        TimeSpan shortest = MaxAge;
        for (int i = 0; i < readings.Count; i++)
        {
            TimeSpan wait = readings[i].RetryAfter;
            shortest = readings[i].Verdict == Verdict.Wait && wait < shortest ? wait : shortest;
        }

        return shortest;
    }

    private bool IsValid(GroupRules? rules, int cost, Instant now) => _rules.IsSame(rules) && cost == _cost && now < _until;

    private Readings ReadingsAt(Instant now)
    {
        TimeSpan passed = now - _received;
        if (_readings.Count == 1)
        {
            return new(_readings.First.After(passed));
        }

        var all = new Reading[_readings.Count];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = _readings[i].After(passed);
        }

        return new(all);
    }
}
