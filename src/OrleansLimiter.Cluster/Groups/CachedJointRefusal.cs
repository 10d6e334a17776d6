namespace OrleansLimiter.Cluster;

/// <summary>
/// A cached refusal of a joint acquisition. It is valid for the same groups, rules and cost, under the same conditions as a
/// <see cref="CachedRefusal"/>.
/// </summary>
internal sealed class CachedJointRefusal
{
    private readonly GroupLocation[] _groups;
    private readonly GroupRules[] _rules;
    private readonly int _cost;
    private readonly Reading[] _readings;
    private readonly Instant _received;
    private readonly Instant _until;

    private CachedJointRefusal(
        GroupLocation[] groups, GroupRules[] rules, int cost, Reading[] readings, Instant received, Instant until) =>
        (_groups, _rules, _cost, _readings, _received, _until) = (groups, rules, cost, readings, received, until);

    /// <summary>Creates a cached refusal from the replies of all groups; null if they cannot be cached.</summary>
    public static CachedJointRefusal? Of(
        ReadOnlySpan<GroupLocation> groups, ReadOnlySpan<GroupRequest> requests, GroupReply[] replies, Instant sent, Instant received)
    {
        TimeSpan age = CachedRefusal.MaxAge;
        bool refused = false;
        foreach (ref readonly GroupReply reply in replies.AsSpan())
        {
            if (reply.Notes != GroupNotes.None || reply.Outcome == GroupOutcome.Unavailable)
            {
                return null;
            }

            refused |= CachedRefusal.AnyRefuses(reply.Readings);
            TimeSpan wait = CachedRefusal.ShortestWait(reply.Readings);
            age = wait < age ? wait : age;
        }

        return refused && age > TimeSpan.Zero
            ? new(groups.ToArray(), RulesOf(requests), requests[0].Operation.Cost, ReadingsOf(replies), received, sent + age)
            : null;
    }

    /// <summary>Repeats the refusal; false if the acquisition differs, or if the refusal may be over.</summary>
    public bool TryRepeat(ReadOnlySpan<GroupLocation> groups, ReadOnlySpan<GroupRules> rules, int cost, Instant now, Span<Reading> readings)
    {
        if (!IsValid(groups, cost, now) || readings.Length != _readings.Length)
        {
            return false;
        }

        for (int i = 0; i < groups.Length; i++)
        {
            if (!rules[i].IsSame(_rules[i]))
            {
                return false;
            }
        }

        for (int i = 0; i < readings.Length; i++)
        {
            readings[i] = _readings[i].After(now - _received);
        }

        return true;
    }

    /// <summary>Repeats the refusal as one reply for each group; null if the acquisition differs, or if the refusal may be over.</summary>
    public GroupReply[]? TryRepeat(ReadOnlySpan<GroupLocation> groups, ReadOnlySpan<GroupRequest> requests, Instant now)
    {
        if (!IsValid(groups, requests[0].Operation.Cost, now))
        {
            return null;
        }

        var replies = new GroupReply[groups.Length];
        for (int i = 0, reading = 0; i < groups.Length; i++)
        {
            if (!requests[i].Operation.Rules!.IsSame(_rules[i]))
            {
                return null;
            }

            var all = new Reading[_rules[i].Rules.Length];
            for (int j = 0; j < all.Length; j++)
            {
                all[j] = _readings[reading++].After(now - _received);
            }

            var readings = new Readings(all);
            replies[i] = new(CachedRefusal.AnyRefuses(readings) ? GroupOutcome.Refused : GroupOutcome.Allowed, GroupNotes.None, readings);
        }

        return replies;
    }

    private bool IsValid(ReadOnlySpan<GroupLocation> groups, int cost, Instant now)
    {
        bool valid = cost == _cost && now < _until && groups.Length == _rules.Length;
        for (int i = 0; i < groups.Length && valid; i++)
        {
            valid = groups[i] == _groups[i];
        }

        return valid;
    }

    private static GroupRules[] RulesOf(ReadOnlySpan<GroupRequest> requests)
    {
        var rules = new GroupRules[requests.Length];
        for (int i = 0; i < rules.Length; i++)
        {
            rules[i] = requests[i].Operation.Rules!;
        }

        return rules;
    }

    private static Reading[] ReadingsOf(GroupReply[] replies)
    {
        var readings = new List<Reading>();
        foreach (GroupReply reply in replies)
        {
            for (int i = 0; i < reply.Readings.Count; i++)
            {
                readings.Add(reply.Readings[i]);
            }
        }

        return [.. readings];
    }
}
