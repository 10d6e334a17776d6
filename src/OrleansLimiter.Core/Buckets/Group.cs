namespace OrleansLimiter;

/// <summary>
/// All buckets of one key. A step of a group decides every bucket that a request needs, or changes none. It has one
/// owner (a lock, a grain) that calls it one step at a time, with a time that never goes back.
/// </summary>
/// <remarks>
/// A take that other groups must still agree to is held. It counts at once, so that nothing is ever admitted twice;
/// what a refusal owes to held takes alone is told (<see cref="GroupNotes.Contended"/>), so that the caller asks once
/// more instead of sending somebody away for a window. Which takes can be undone, and which repeat an earlier one,
/// is remembered for a short time only, and only while takes come with ids.
/// </remarks>
public partial class Group
{
    /// <summary>How long a held take waits for its confirmation before it is final: 1 s, five decision deadlines.</summary>
    public static readonly TimeSpan HoldBound = TimeSpan.FromSeconds(1);

    /// <summary>How long a take's id is remembered: 2 s, so that a return which crosses its take still finds it.</summary>
    public static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(2);

    /// <summary>The most buckets of one group. Attribute values that a caller chooses freely must not fill memory.</summary>
    public const int MaxBuckets = 1024;

    private BucketList _buckets;
    private TakeMemory? _memory;

    /// <summary>Takes <paramref name="cost"/> permits from every bucket that the rules name, or from none.</summary>
    /// <param name="rules">What each bucket enforces.</param>
    /// <param name="cost">Permits, 1 or more.</param>
    /// <param name="now">Now.</param>
    /// <param name="id">The take's name; the same again is the same take.</param>
    /// <param name="hold">Whether other groups must still agree; needs an id.</param>
    /// <exception cref="ArgumentException">The cost is below 1, or a take without an id is to be held.</exception>
    public GroupReply Take(GroupRules rules, int cost, Instant now, TakeId id = default, bool hold = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, 1);
        if (hold && id == TakeId.None)
        {
            throw new ArgumentException("a held take needs an id, else nobody can confirm or return it", nameof(id));
        }

        CatchUp(now);
        if (id != TakeId.None && _memory?.Find(id) is >= 0 and int known)
        {
            return Repeat(rules, cost, now, _memory.At(known).Status);
        }

        if (rules.Rules.Length == 1 && _buckets.Find(rules.Rules[0].Bucket) is >= 0 and int only)
        {
            return TakeOne(ref BucketAt(only), rules, cost, now, id, hold);
        }

        GroupReply reply = ReadAll(rules, cost, now);
        return reply.Outcome != GroupOutcome.Allowed ? reply
            : !Reserve(rules, now) ? GroupReply.Unavailable(GroupNotes.TooManyGroups)
            : reply with { Readings = TakeAll(rules, cost, now, id, hold) };
    }

    /// <summary>
    /// The common take: one rule, which the first bucket is under already, and nothing to remember. False where it is
    /// not as simple as that; then nothing was taken, and <see cref="Take"/> does it.
    /// </summary>
    /// <param name="rules">What each bucket enforces.</param>
    /// <param name="cost">Permits, 1 or more.</param>
    /// <param name="now">Now.</param>
    /// <param name="reading">The answer.</param>
    public bool TryTake(GroupRules rules, int cost, Instant now, out Reading reading)
    {
        if (_memory is not null || rules.Rules.Length > 1 || !_buckets.IsFirstUnder(rules))
        {
            reading = default;
            return false;
        }

        BucketAt(0).State.Take(rules.Rules[0].Rule, cost, now, out reading);
        return true;
    }

    /// <summary>Makes a held take final. Nothing for an id that is not known.</summary>
    public void Confirm(TakeId id, Instant now)
    {
        CatchUp(now);
        if (_memory?.Find(id) is >= 0 and int known && _memory.At(known).Status == TakeStatus.Held)
        {
            _memory.Settle(known, TakeStatus.Final);
        }
    }

    /// <summary>
    /// Undoes a take as if it had never happened, as far as time has not moved on. Nothing for an id that is not
    /// known; twice is once.
    /// </summary>
    public void Return(TakeId id, Instant now)
    {
        CatchUp(now);
        if (_memory?.Find(id) is not (>= 0 and int known) || _memory.At(known).Status == TakeStatus.Returned)
        {
            return;
        }

        _memory.Settle(known, TakeStatus.Returned);
        foreach (BucketRule asked in _memory.At(known).Rules.Rules)
        {
            if (_buckets.Find(asked.Bucket) is >= 0 and int index)
            {
                Hindsight.Undo(_memory, known, ref BucketAt(index), now);
            }
        }
    }

    /// <summary>Reads without taking; a bucket that nobody has used stays so.</summary>
    public GroupReply Read(GroupRules rules, int cost, Instant now)
    {
        CatchUp(now);
        return ReadAll(rules, cost, now);
    }

    /// <summary>What a group that nobody has used says.</summary>
    public static GroupReply ReadUntouched(GroupRules rules, int cost) => new Group().ReadAll(rules, cost, default);

    /// <summary>Every bucket that remembers something: its name, its rule, and what it says to a cost of 1.</summary>
    public IReadOnlyList<(string Bucket, Rule Rule, Reading Reading)> Usage(Instant now)
    {
        CatchUp(now);
        return _buckets.Usage(now, _memory?.Leases);
    }

    /// <summary>
    /// Forgets everything that was consumed, every take that could still be returned, and every lease: what is used of one
    /// that was given before does not count.
    /// </summary>
    public void Reset()
    {
        (_buckets, _memory) = (default, null);
    }

    /// <summary>
    /// Drops what has decayed. True when nothing is left: the group can be forgotten, and a new one in its place
    /// would answer the same.
    /// </summary>
    public bool Trim(Instant now)
    {
        CatchUp(now);
        if (_memory is { IsEmpty: true, Leases: null })
        {
            _memory = null;
        }

        _buckets.DropEmpty(now, _memory?.Leases);
        return _buckets.Count == 0 && _memory is null;
    }

    /// <summary>Writes the group's buckets for <see cref="GroupSnapshot"/>; held takes count as final, leases as used.</summary>
    internal void Write(BinaryWriter writer, Instant now)
    {
        CatchUp(now);
        _buckets.Write(writer, now, _memory?.Leases);
    }

    /// <summary>Reads what <see cref="Write"/> wrote into a group that nobody has used.</summary>
    internal void Read(BinaryReader reader, Instant now) => _buckets.Read(reader, now);

    private GroupReply TakeOne(ref Bucket bucket, GroupRules rules, int cost, Instant now, TakeId id, bool hold)
    {
        GroupNotes notes = Meet(ref bucket, rules, 0, now);
        TakeFrom(ref bucket, cost, now, out Reading reading);
        if (reading.Allowed)
        {
            Remember(rules, cost, now, id, hold);
            return new(GroupOutcome.Allowed, notes, new(reading));
        }

        notes |= Hindsight.Contend(_memory, ref bucket, cost, ref reading, now);
        return new(GroupOutcome.Refused, notes, new(reading));
    }

    private GroupNotes Meet(ref Bucket bucket, GroupRules rules, int index, Instant now)
    {
        if (bucket.IsUnder(rules, index))
        {
            return GroupNotes.None;
        }

        (Rule was, BucketState before) = (bucket.Rule, bucket.State);
        GroupNotes notes = bucket.Meet(rules, index, now);
        if (_memory is not null && was != bucket.Rule)
        {
            bool fresh = was.Algorithm != bucket.Rule.Algorithm;
            _memory.Record(bucket.Name, was, bucket.Rule, fresh ? null : before.Clone(), now);
        }

        return notes;
    }

    private Readings TakeAll(GroupRules rules, int cost, Instant now, TakeId id, bool hold)
    {
        var readings = new Reading[rules.Rules.Length];
        for (int i = 0; i < readings.Length; i++)
        {
            TakeFrom(ref BucketAt(_buckets.Find(rules.Rules[i].Bucket)), cost, now, out readings[i]);
        }

        Remember(rules, cost, now, id, hold);
        return new(readings);
    }

    private GroupReply ReadAll(GroupRules rules, int cost, Instant now)
    {
        var readings = new Reading[rules.Rules.Length];
        GroupNotes notes = GroupNotes.None;
        int refused = 0;
        int contended = 0;
        for (int i = 0; i < readings.Length; i++)
        {
            BucketRule asked = rules.Rules[i];
            if (_buckets.Find(asked.Bucket) is not (>= 0 and int index))
            {
                readings[i] = BucketState.Untouched(asked.Rule, cost);
                refused += readings[i].Allowed ? 0 : 1;
                continue;
            }

            ref Bucket bucket = ref BucketAt(index);
            notes |= Meet(ref bucket, rules, i, now);
            readings[i] = Leases.Read(_memory?.Leases, bucket, cost, now);
            if (!readings[i].Allowed)
            {
                refused++;
                contended += Hindsight.Contend(_memory, ref bucket, cost, ref readings[i], now) == GroupNotes.None ? 0 : 1;
            }
        }

        // Held takes alone refused only if they alone refused in every bucket that did.
        notes |= refused > 0 && contended == refused ? GroupNotes.Contended : GroupNotes.None;
        return new(refused == 0 ? GroupOutcome.Allowed : GroupOutcome.Refused, notes, new(readings));
    }

    private GroupReply Repeat(GroupRules rules, int cost, Instant now, TakeStatus status)
    {
        GroupReply reply = ReadAll(rules, cost, now);
        if (status == TakeStatus.Returned)
        {
            return reply with { Outcome = GroupOutcome.Refused };
        }

        var readings = new Reading[reply.Readings.Count];
        for (int i = 0; i < readings.Length; i++)
        {
            readings[i] = reply.Readings[i] with { Verdict = Verdict.Allowed, RetryAfter = TimeSpan.Zero };
        }

        return new(GroupOutcome.Allowed, reply.Notes & ~GroupNotes.Contended, new(readings));
    }

    private void Remember(GroupRules rules, int cost, Instant now, TakeId id, bool hold)
    {
        if (id != TakeId.None || _memory is { IsEmpty: false })
        {
            (_memory ??= new()).Record(new(id, now, cost, hold ? TakeStatus.Held : TakeStatus.Final, rules));
        }
    }

    // Every bucket that the rules name is there before any of them gives.
    private bool Reserve(GroupRules rules, Instant now)
    {
        int missing = _buckets.Missing(rules);
        if (!_buckets.MakeRoom(missing, rules, _memory?.Leases, now))
        {
            return false;
        }

        for (int i = 0; missing > 0; i++)
        {
            if (_buckets.Find(rules.Rules[i].Bucket) < 0)
            {
                Open(rules, i, now);
                missing--;
            }
        }

        return true;
    }

    // A bucket of that name may have decayed and been dropped: what is remembered of that one is not in this.
    private void Open(GroupRules rules, int index, Instant now)
    {
        _buckets.Add(new(rules, index));
        (string bucket, Rule rule) = rules.Rules[index];
        if (_memory?.Touches(bucket) == true)
        {
            _memory.Record(bucket, rule, rule, before: null, now);
        }
    }

    private ref Bucket BucketAt(int index) => ref BucketList.At(ref _buckets, index);
}
