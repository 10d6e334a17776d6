namespace OrleansLimiter.Core.Tests.Models;

/// <summary>A group that keeps everything and lives through all of it again for every question.</summary>
internal sealed class GroupModel
{
    private readonly Dictionary<string, BucketHistory> _buckets = [];
    private readonly Dictionary<TakeId, ModelTake> _takes = [];

    public GroupReply Take(GroupRules rules, int cost, Instant now, TakeId id, bool hold)
    {
        GroupReply reply = Read(rules, cost, now);
        if (Known(id, now) is { } known)
        {
            return known.Returned
                ? reply with { Outcome = GroupOutcome.Refused }
                : new(GroupOutcome.Allowed, reply.Notes & ~GroupNotes.Contended, Readings(
                    rules, (_, i) => reply.Readings[i] with { Verdict = Verdict.Allowed, RetryAfter = TimeSpan.Zero }));
        }

        if (reply.Outcome != GroupOutcome.Allowed)
        {
            return reply;
        }

        var take = new ModelTake(id, now, cost, hold);
        foreach (BucketRule asked in rules.Rules)
        {
            _buckets.TryAdd(asked.Bucket, new(asked.Rule, rules.Generation));
            _buckets[asked.Bucket].Add(take);
        }

        if (id != TakeId.None)
        {
            _takes[id] = take;
        }

        return reply with { Readings = Readings(rules, (asked, _) => _buckets[asked.Bucket].State().Read(0, now)) };
    }

    public GroupReply Read(GroupRules rules, int cost, Instant now)
    {
        GroupNotes notes = GroupNotes.None;
        bool allContended = true;
        Readings readings = Readings(rules, (asked, _) =>
        {
            if (!_buckets.TryGetValue(asked.Bucket, out BucketHistory? bucket))
            {
                Reading untouched = ModelBucket.Of(asked.Rule).Read(cost, now);
                allContended &= untouched.Allowed;
                return untouched;
            }

            notes |= bucket.Meet(asked.Rule, rules.Generation, now);
            Reading reading = bucket.State().Read(cost, now);
            if (!reading.Allowed && ContendedFor(bucket, cost, now) is { } settled && reading.Verdict == Verdict.Wait)
            {
                return reading with { RetryAfter = settled < reading.RetryAfter ? settled : reading.RetryAfter };
            }

            allContended &= reading.Allowed;
            return reading;
        });
        bool allowed = Enumerable.Range(0, readings.Count).All(i => readings[i].Allowed);
        return new(
            allowed ? GroupOutcome.Allowed : GroupOutcome.Refused,
            notes | (!allowed && allContended ? GroupNotes.Contended : GroupNotes.None), readings);
    }

    public void Confirm(TakeId id, Instant now)
    {
        if (Known(id, now) is { } take)
        {
            take.Held = false;
        }
    }

    public void Return(TakeId id, Instant now)
    {
        if (Known(id, now) is not { Returned: false } take)
        {
            return;
        }

        take.Returned = true;
        foreach (BucketHistory bucket in _buckets.Values.Where(bucket => bucket.Has(take)))
        {
            if (!bucket.State().IsPast(take.At, now))
            {
                bucket.Undo(take);
            }
        }
    }

    public void Trim(Instant now)
    {
        foreach (string name in _buckets.Where(pair => pair.Value.State().Reset(now) == TimeSpan.Zero).Select(pair => pair.Key).ToList())
        {
            _buckets.Remove(name);
        }
    }

    private ModelTake? Known(TakeId id, Instant now) =>
        id != TakeId.None && _takes.TryGetValue(id, out ModelTake? take) && take.IsRemembered(now) ? take : null;

    // How long until the last of the held takes is settled, where the cost would have room without all of them.
    private TimeSpan? ContendedFor(BucketHistory bucket, int cost, Instant now)
    {
        List<ModelTake> held = [.. _takes.Values.Where(take => take.IsHeld(now) && bucket.Has(take))];
        ModelBucket state = bucket.State();
        return held.Count > 0 && bucket.State(take => held.Contains(take) && !state.IsPast(take.At, now)).Remaining(now) >= cost
            ? held.Max(take => take.At + Group.HoldBound - now)
            : null;
    }

    private static Readings Readings(GroupRules rules, Func<BucketRule, int, Reading> read) =>
        new(rules.Rules.Select(read).ToArray());
}
