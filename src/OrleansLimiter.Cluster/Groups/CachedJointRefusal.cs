namespace OrleansLimiter.Cluster;

/// <summary>
/// A cached refusal of a joint acquisition. It is valid for the same groups, rules and cost, under the same conditions as a
/// <see cref="CachedRefusal"/>.
/// </summary>
internal sealed class CachedJointRefusal
{
    private readonly GroupLocations _groups;
    private readonly GroupRules[] _rules;
    private readonly int _cost;
    private readonly Reading[] _readings;
    private readonly Instant _received;
    private readonly Instant _until;

    private CachedJointRefusal(
        in GroupLocations groups, GroupRules[] rules, int cost, Reading[] readings, Instant received, Instant until) =>
        (_groups, _rules, _cost, _readings, _received, _until) = (groups, rules, cost, readings, received, until);

    /// <summary>Creates a cached refusal from the replies of all groups; null if they cannot be cached.</summary>
    public static CachedJointRefusal? Of(
        in GroupLocations groups, ReadOnlySpan<GroupRequest> requests, GroupReply[] replies, Instant sent, Instant received)
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
            ? new(groups, RulesOf(requests), requests[0].Operation.Cost, ReadingsOf(replies), received, sent + age)
            : null;
    }

    /// <summary>Repeats the refusal; false if the acquisition differs, or if the refusal may be over.</summary>
    public bool TryRepeat(ReadOnlySpan<GroupLocation> groups, ReadOnlySpan<GroupRules> rules, int cost, Instant now, Span<Reading> readings)
    {
        if (cost != _cost || now >= _until || groups.Length != _rules.Length || readings.Length != _readings.Length)
        {
            return false;
        }

        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i] != _groups[i] || rules[i] != _rules[i])
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
