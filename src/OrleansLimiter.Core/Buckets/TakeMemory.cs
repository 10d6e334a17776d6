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
    private const int IndexedFrom = 32;

    private RememberedTake[] _takes = new RememberedTake[4];
    private Dictionary<TakeId, long>? _places;
    private List<RuleChange>? _changes;
    private long _forgotten;
    private int _head;
    private int _named;

    public bool IsEmpty => Count == 0;

    /// <summary>The leases that are out; null where there are none.</summary>
    public Leases? Leases { get; set; }

    public int Count { get; private set; }

    public void Record(in RememberedTake take)
    {
        if (Count == _takes.Length)
        {
            var grown = new RememberedTake[Count * 2];
            for (int i = 0; i < Count; i++)
            {
                grown[i] = At(i);
            }

            (_takes, _head) = (grown, 0);
        }

        Count++;
        At(Count - 1) = take;
        if (take.Id != TakeId.None)
        {
            _named++;
            Index(take.Id);
        }
    }

    /// <summary>Records that a bucket has changed its rule and what it was before; null where it started afresh.</summary>
    public void Record(string bucket, Rule was, Rule next, BucketState? before, Instant now) =>
        (_changes ??= []).Add(new(bucket, was, next, now, _forgotten + Count) { Before = before });

    public void Forget(Instant now)
    {
        while (Count > 0 && IsForgettable(At(0), now))
        {
            if (At(0).Id != TakeId.None)
            {
                _named--;
                _places?.Remove(At(0).Id);
            }

            At(0) = default;
            _head = _head + 1 == _takes.Length ? 0 : _head + 1;
            Count--;
            _forgotten++;
        }

        if (_named == 0 && Count > 0)
        {
            Array.Clear(_takes);
            (_head, Count, _forgotten) = (0, 0, _forgotten + Count);
        }

        if (_changes?.RemoveAll(change => change.Place <= _forgotten) > 0 && _changes.Count == 0)
        {
            _changes = null;
        }
    }

    /// <summary>The place of a take; -1 where it is not remembered.</summary>
    public int Find(TakeId id)
    {
        if (_places is not null)
        {
            return _places.TryGetValue(id, out long place) ? (int)(place - _forgotten) : -1;
        }

        for (int i = id == TakeId.None ? -1 : Count - 1; i >= 0; i--)
        {
            if (At(i).Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    public ref RememberedTake At(int index)
    {
        int place = _head + index;
        return ref _takes[place < _takes.Length ? place : place - _takes.Length];
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
        for (int i = FirstIn(bucket); i < Count; i++)
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
        || Count > MaxBehindHeld || (Count > MaxTakes && !oldest.IsHeld(now));

    private void Index(TakeId id)
    {
        if (_places is not null)
        {
            _places[id] = _forgotten + Count - 1;
        }
        else if (Count >= IndexedFrom)
        {
            _places = [];
            for (int i = 0; i < Count; i++)
            {
                if (At(i).Id != TakeId.None)
                {
                    _places[At(i).Id] = _forgotten + i;
                }
            }
        }
    }
}

/// <summary>One take that a group remembers.</summary>
internal record struct RememberedTake(TakeId Id, Instant At, int Cost, TakeStatus Status, GroupRules Rules)
{
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
