namespace OrleansLimiter;

/// <summary>
/// What a group remembers of its latest acquisitions, so that a repeated acquisition is one acquisition and a canceled one leaves no
/// trace. While it remembers any acquisition that has an id, it records every acquisition and every change of a rule, because
/// undoing one depends on what came after it.
/// </summary>
internal sealed class RecentAcquisitions
{
    // How many acquisitions are remembered, so that a busy key does not fill memory: one that other groups must still agree to
    // is kept longer, but a flood behind it does not wait for it either.
    private const int MaxAcquisitions = 1024;
    private const int MaxBehindReservation = 16 * MaxAcquisitions;

    // Below it, looking at each is quicker than an index.
    private const int IndexedFrom = 16;

    // Most ids that are looked for are new: with many places few of them meet another's, which would have to be looked at.
    private const int PlacesPerAcquisition = 4;

    // A ring whose length is a power of two: acquisitions are numbered as they come, and the number tells the place.
    private RecentAcquisition[] _acquisitions = new RecentAcquisition[4];

    // For each hash of an id the number of the newest acquisition that has it, and each acquisition tells the next older one. What is
    // forgotten is always the end of such a chain, so nothing need be taken out: a number that is no longer remembered ends
    // the search. A dictionary lost to it: what was added and removed there was in more, and colder, cache lines.
    private ushort[] _newest = [];
    private List<RuleChange>? _changes;
    private long _forgotten;
    private int _named;
    private int _reserved;

    public bool IsEmpty => Count == 0;

    /// <summary>The leases that are out; null if there are none.</summary>
    public GrantedLeases? Leases { get; set; }

    public int Count { get; private set; }

    public void Record(in RecentAcquisition acquisition)
    {
        if (Count == _acquisitions.Length)
        {
            Grow();
        }

        int index = Count++;
        At(index) = acquisition;
        _reserved += acquisition.Status == AcquisitionStatus.Reserved ? 1 : 0;
        _named += acquisition.Id != OperationId.None ? 1 : 0;
        Index(index);
    }

    /// <summary>Records that a bucket has changed its rule and what it was before; null if it started afresh.</summary>
    public void Record(string bucket, Rule was, Rule next, BucketState? before, Instant now) =>
        (_changes ??= []).Add(new(bucket, was, next, now, _forgotten + Count) { Before = before });

    public void Forget(Instant now)
    {
        while (Count > 0 && IsForgettable(At(0), now))
        {
            ref RecentAcquisition oldest = ref At(0);
            _named -= oldest.Id != OperationId.None ? 1 : 0;
            _reserved -= oldest.Status == AcquisitionStatus.Reserved ? 1 : 0;
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

    /// <summary>The place of an acquisition; -1 where it is not remembered.</summary>
    public int Find(OperationId id)
    {
        if (id == OperationId.None || Count == 0)
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

    public ref RecentAcquisition At(int index) => ref _acquisitions[(int)(_forgotten + index) & (_acquisitions.Length - 1)];

    /// <summary>Says how far an acquisition has come.</summary>
    public void SetStatus(int index, AcquisitionStatus status)
    {
        ref RecentAcquisition acquisition = ref At(index);
        _reserved += (status == AcquisitionStatus.Reserved ? 1 : 0) - (acquisition.Status == AcquisitionStatus.Reserved ? 1 : 0);
        acquisition.Status = status;
    }

    /// <summary>Whether a remembered acquisition went through a bucket.</summary>
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

    /// <summary>The first acquisition that can be in a bucket: what came before its latest fresh start is not.</summary>
    public int FirstIn(string bucket)
    {
        RuleChange? start = _changes?.FindLast(change => change.Bucket == bucket && change.Before is null);
        return start is null ? 0 : (int)(start.Place - _forgotten);
    }

    /// <summary>
    /// The changes of a bucket's rule since the acquisition at <paramref name="index"/>, and before which acquisition each came.
    /// </summary>
    public IEnumerable<(RuleChange Change, int Before)> Changes(string bucket, int index) =>
        (_changes ?? []).Where(change => change.Bucket == bucket && change.Place - _forgotten > index)
            .Select(change => (change, (int)(change.Place - _forgotten)));

    /// <summary>How many permits of a bucket are reserved, and how long until the last reservation is final.</summary>
    public (long Permits, TimeSpan Final) ReservedIn(string bucket, Instant now)
    {
        long permits = 0;
        TimeSpan final = TimeSpan.Zero;
        for (int i = _reserved == 0 ? Count : FirstIn(bucket); i < Count; i++)
        {
            ref RecentAcquisition acquisition = ref At(i);
            if (acquisition.IsReserved(now) && acquisition.Touches(bucket))
            {
                permits += acquisition.Cost;
                final = acquisition.At + BucketGroup.ReservationTimeout - now;
            }
        }

        return (permits, final);
    }

    private bool IsForgettable(in RecentAcquisition oldest, Instant now) =>
        oldest.At + BucketGroup.IdempotencyWindow <= now
        || Count >= MaxBehindReservation || (Count >= MaxAcquisitions && !oldest.IsReserved(now));

    private void Grow()
    {
        var grown = new RecentAcquisition[Count * 2];
        for (int i = 0; i < Count; i++)
        {
            grown[(int)(_forgotten + i) & (grown.Length - 1)] = At(i);
        }

        _acquisitions = grown;
        if (grown.Length > IndexedFrom)
        {
            _newest = new ushort[PlacesPerAcquisition * grown.Length];
            Array.Fill(_newest, (ushort)(_forgotten - 1));
            for (int i = 0; i < Count; i++)
            {
                Index(i);
            }
        }
    }

    private void Index(int index)
    {
        ref RecentAcquisition acquisition = ref At(index);
        if (_newest.Length > 0 && acquisition.Id != OperationId.None)
        {
            ref ushort newest = ref _newest[Hash(acquisition.Id)];
            (acquisition.Older, newest) = (newest, (ushort)(_forgotten + index));
        }
    }

    // A number of which 16 bits are kept; fewer acquisitions are remembered than they tell apart. One that is long forgotten may look
    // remembered: its acquisition is another, whose chain ends too, because a chain only goes back.
    private int IndexOf(ushort number, int before)
    {
        int index = (ushort)(number - (ushort)_forgotten);
        return index < before ? index : -1;
    }

    private int Hash(OperationId id) => (int)(((ulong)id.Value * 0x9E3779B97F4A7C15) >> 32) & (_newest.Length - 1);
}

/// <summary>One acquisition that a group remembers.</summary>
internal record struct RecentAcquisition(OperationId Id, Instant At, int Cost, AcquisitionStatus Status, GroupRules Rules)
{
    /// <summary>The number of the acquisition before it whose id has the same hash.</summary>
    public ushort Older;

    public readonly bool IsReserved(Instant now) => Status == AcquisitionStatus.Reserved && At + BucketGroup.ReservationTimeout > now;

    public readonly bool Touches(string bucket) => Rules.Names(bucket);
}

/// <summary>A change of a bucket's rule, the acquisitions remembered before it, and what the bucket was before it.</summary>
internal sealed record RuleChange(string Bucket, Rule Was, Rule Next, Instant At, long Place)
{
    /// <summary>Null where nothing of it was kept.</summary>
    public required BucketState? Before { get; set; }
}

/// <summary>How far a remembered acquisition has come.</summary>
internal enum AcquisitionStatus : byte
{
    Final,
    Reserved,
    Canceled,
}
