namespace OrleansLimiter;

/// <summary>
/// What a group remembers of its latest takes, so that a repeated take is one take and a returned one leaves no
/// trace. While it remembers any take that has an id, it records every take and every change of a rule, because
/// undoing one depends on what came after it.
/// </summary>
internal sealed class TakeMemory
{
    // How many takes are remembered, so that a busy key does not fill memory: one that other groups must still agree to
    // is kept longer, but a flood behind it does not wait for it either.
    private const int MaxTakes = 1024;
    private const int MaxBehindHeld = 16 * MaxTakes;

    // Below it, looking at each is quicker than an index.
    private const int IndexedFrom = 16;

    // Most ids that are looked for are new: with many places few of them meet another's, which would have to be looked at.
    private const int PlacesPerTake = 4;

    // A ring whose length is a power of two: takes are numbered as they come, and the number tells the place.
    private RememberedTake[] _takes = new RememberedTake[4];

    // For each hash of an id the number of the newest take that has it, and each take tells the next older one. What is
    // forgotten is always the end of such a chain, so nothing need be taken out: a number that is no longer remembered ends
    // the search. A dictionary lost to it: what was added and removed there was in more, and colder, cache lines.
    private ushort[] _newest = [];
    private List<RuleChange>? _changes;
    private long _forgotten;
    private int _named;
    private int _held;

    public bool IsEmpty => Count == 0;

    /// <summary>The leases that are out; null where there are none.</summary>
    public Leases? Leases { get; set; }

    public int Count { get; private set; }

    public void Record(in RememberedTake take)
    {
        if (Count == _takes.Length)
        {
            Grow();
        }

        int index = Count++;
        At(index) = take;
        _held += take.Status == TakeStatus.Held ? 1 : 0;
        _named += take.Id != TakeId.None ? 1 : 0;
        Index(index);
    }

    /// <summary>Records that a bucket has changed its rule and what it was before; null where it started afresh.</summary>
    public void Record(string bucket, Rule was, Rule next, BucketState? before, Instant now) =>
        (_changes ??= []).Add(new(bucket, was, next, now, _forgotten + Count) { Before = before });

    public void Forget(Instant now)
    {
        while (Count > 0 && IsForgettable(At(0), now))
        {
            ref RememberedTake oldest = ref At(0);
            _named -= oldest.Id != TakeId.None ? 1 : 0;
            _held -= oldest.Status == TakeStatus.Held ? 1 : 0;
            Count--;
            _forgotten++;
        }

        if (_named == 0 && Count > 0)
        {
            (Count, _forgotten) = (0, _forgotten + Count);
        }

        if (_changes?.RemoveAll(change => change.Place <= _forgotten) > 0 && _changes.Count == 0)
        {
            _changes = null;
        }
    }

    /// <summary>The place of a take; -1 where it is not remembered.</summary>
    public int Find(TakeId id)
    {
        if (id == TakeId.None || Count == 0)
        {
            return -1;
        }

        bool chained = _newest.Length > 0;
        int index = chained ? IndexOf(_newest[Hash(id)], before: Count) : Count - 1;
        while (index >= 0 && At(index).Id != id)
        {
            index = chained ? IndexOf(At(index).Older, before: index) : index - 1;
        }

        return index;
    }

    public ref RememberedTake At(int index) => ref _takes[(int)(_forgotten + index) & (_takes.Length - 1)];

    /// <summary>Says how far a take has come.</summary>
    public void Settle(int index, TakeStatus status)
    {
        ref RememberedTake take = ref At(index);
        _held += (status == TakeStatus.Held ? 1 : 0) - (take.Status == TakeStatus.Held ? 1 : 0);
        take.Status = status;
    }

    /// <summary>Whether a remembered take went through a bucket.</summary>
    public bool Touches(string bucket)
    {
        for (int i = 0; i < Count; i++)
        {
            if (At(i).Touches(bucket))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first take that can be in a bucket: what came before its latest fresh start is not.</summary>
    public int FirstIn(string bucket)
    {
        RuleChange? start = _changes?.FindLast(change => change.Bucket == bucket && change.Before is null);
        return start is null ? 0 : (int)(start.Place - _forgotten);
    }

    /// <summary>The changes of a bucket's rule since the take at <paramref name="index"/>, and before which take each came.</summary>
    public IEnumerable<(RuleChange Change, int Before)> Changes(string bucket, int index) =>
        (_changes ?? []).Where(change => change.Bucket == bucket && change.Place - _forgotten > index)
            .Select(change => (change, (int)(change.Place - _forgotten)));

    /// <summary>How many permits of a bucket are held, and how long until the last of them is settled.</summary>
    public (long Permits, TimeSpan Settled) HeldIn(string bucket, Instant now)
    {
        long permits = 0;
        TimeSpan settled = TimeSpan.Zero;
        for (int i = _held == 0 ? Count : FirstIn(bucket); i < Count; i++)
        {
            ref RememberedTake take = ref At(i);
            if (take.IsHeld(now) && take.Touches(bucket))
            {
                permits += take.Cost;
                settled = take.At + Group.HoldBound - now;
            }
        }

        return (permits, settled);
    }

    private bool IsForgettable(in RememberedTake oldest, Instant now) =>
        oldest.At + Group.RememberedFor <= now
        || Count >= MaxBehindHeld || (Count >= MaxTakes && !oldest.IsHeld(now));

    private void Grow()
    {
        var grown = new RememberedTake[Count * 2];
        for (int i = 0; i < Count; i++)
        {
            grown[(int)(_forgotten + i) & (grown.Length - 1)] = At(i);
        }

        _takes = grown;
        if (grown.Length > IndexedFrom)
        {
            _newest = new ushort[PlacesPerTake * grown.Length];
            Array.Fill(_newest, (ushort)(_forgotten - 1));
            for (int i = 0; i < Count; i++)
            {
                Index(i);
            }
        }
    }

    private void Index(int index)
    {
        ref RememberedTake take = ref At(index);
        if (_newest.Length > 0 && take.Id != TakeId.None)
        {
            ref ushort newest = ref _newest[Hash(take.Id)];
            (take.Older, newest) = (newest, (ushort)(_forgotten + index));
        }
    }

    // A number of which 16 bits are kept; fewer takes are remembered than they tell apart. One that is long forgotten may look
    // remembered: its take is another, whose chain ends too, because a chain only goes back.
    private int IndexOf(ushort number, int before)
    {
        int index = (ushort)(number - (ushort)_forgotten);
        return index < before ? index : -1;
    }

    private int Hash(TakeId id) => (int)(((ulong)id.Value * 0x9E3779B97F4A7C15) >> 32) & (_newest.Length - 1);
}

/// <summary>One take that a group remembers.</summary>
internal record struct RememberedTake(TakeId Id, Instant At, int Cost, TakeStatus Status, GroupRules Rules)
{
    /// <summary>The number of the take before it whose id has the same hash.</summary>
    public ushort Older;

    public readonly bool IsHeld(Instant now) => Status == TakeStatus.Held && At + Group.HoldBound > now;

    public readonly bool Touches(string bucket) => Rules.Names(bucket);
}

/// <summary>A change of a bucket's rule, the takes remembered before it, and what the bucket was before it.</summary>
internal sealed record RuleChange(string Bucket, Rule Was, Rule Next, Instant At, long Place)
{
    /// <summary>Null where nothing of it was kept.</summary>
    public required BucketState? Before { get; set; }
}

/// <summary>How far a remembered take has come.</summary>
internal enum TakeStatus : byte
{
    Final,
    Held,
    Returned,
}
