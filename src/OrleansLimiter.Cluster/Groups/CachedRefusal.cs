namespace OrleansLimiter.Cluster;

/// <summary>
/// A refusal that will be given again for as long as waiting is of no use, so that an attack costs no calls. It is remembered for
/// one set of rules (so that a changed override or policy ends it) and one cost.
/// </summary>
/// <remarks>
/// It never admits anything. What it may do is refuse for up to <see cref="MaxAge"/> what the cancellation of another caller, or a reset
/// through another front-end, has made room for.
/// </remarks>
internal sealed class CachedRefusal
{
    /// <summary>The longest that a refusal is repeated: 1 s.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly GroupRules _rules;
    private readonly int _cost;
    private readonly Instant _given;
    private readonly Instant _until;
    private readonly Readings _readings;

    private CachedRefusal(in BucketOperation operation, Readings readings, Instant given, Instant until) =>
        (_rules, _cost, _readings, _given, _until) = (operation.Rules!, operation.Cost, readings, given, until);

    /// <summary>What is worth remembering of an answer; null where nothing is.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="reply">The answer. One with anything to note, for example that reservations caused it, is not remembered.</param>
    /// <param name="asked">When it was asked. The group has decided at that moment or later: no refusal outlives its wait.</param>
    /// <param name="answered">When the answer came. The group has decided by then: no announced wait is too short.</param>
    public static CachedRefusal? Of(in BucketOperation operation, in GroupReply reply, Instant asked, Instant answered)
    {
        if (!operation.Acquires || reply.Outcome != GroupOutcome.Refused || reply.Notes != GroupNotes.None)
        {
            return null;
        }

        TimeSpan age = Wait(reply.Readings);
        return age > TimeSpan.Zero ? new(operation, reply.Readings, answered, asked + age) : null;
    }

    /// <summary>The refusal of one rule at a later moment; false where it is another operation, or may be over.</summary>
    public bool TryRepeat(GroupRules rules, int cost, Instant now, out Reading reading)
    {
        reading = default;
        if (rules != _rules || cost != _cost || now >= _until || _readings.Count != 1)
        {
            return false;
        }

        reading = At(_readings.First, now);
        return true;
    }

    /// <summary>The refusal at a later moment; false where it is another operation, or may be over.</summary>
    public bool TryRepeat(in BucketOperation operation, Instant now, out GroupReply reply)
    {
        reply = default;
        if (!operation.Acquires || operation.Rules != _rules || operation.Cost != _cost || now >= _until)
        {
            return false;
        }

        reply = new(GroupOutcome.Refused, GroupNotes.None, _readings.Count == 1 ? new(At(_readings.First, now)) : All(now));
        return true;
    }

    // Until the first of the limits that refuse may give again; a refusal that waiting does not help is asked for again now and then.
    private static TimeSpan Wait(in Readings readings)
    {
        TimeSpan shortest = MaxAge;
        for (int i = 0; i < readings.Count; i++)
        {
            TimeSpan wait = readings[i].RetryAfter;
            shortest = readings[i].Verdict == Verdict.Wait && wait < shortest ? wait : shortest;
        }

        return shortest;
    }

    private Readings All(Instant now)
    {
        var all = new Reading[_readings.Count];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = At(_readings[i], now);
        }

        return new(all);
    }

    private Reading At(in Reading then, Instant now)
    {
        TimeSpan passed = now - _given;
        return then with
        {
            Next = Less(then.Next, passed),
            Reset = Less(then.Reset, passed),
            RetryAfter = Less(then.RetryAfter, passed),
        };
    }

    private static TimeSpan Less(TimeSpan span, TimeSpan passed) => span > passed ? span - passed : TimeSpan.Zero;
}
