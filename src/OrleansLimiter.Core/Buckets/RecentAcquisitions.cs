namespace OrleansLimiter;

/// <summary>
/// The recent acquisitions of a group, so that a repeated acquisition counts once and an acquisition can be canceled. While there is an
/// acquisition with an id, every acquisition and every change of a rule is recorded, because undoing one depends on later ones.
/// </summary>
internal sealed partial class RecentAcquisitions
{
    // The maximum number of remembered acquisitions, and the higher maximum while the oldest one is reserved.
    private const int MaxAcquisitions = 1024;
    private const int MaxBehindReservation = 16 * MaxAcquisitions;

    // Up to this number, a search of all acquisitions is faster than an index.
    private const int IndexedFrom = 16;

    // Most ids that are searched are new. With several slots for each acquisition, few of them have the slot of another id.
    private const int SlotsPerAcquisition = 4;

    // A ring buffer whose length is a power of two. Acquisitions are numbered in order; the number determines the index.
    private RecentAcquisition[] _acquisitions = new RecentAcquisition[4];

    // The index: for each hash of an id, the number of the newest acquisition with this hash, which stores the number of the next older
    // one. The oldest acquisition is always the end of its chain, so nothing is removed: a number that is not remembered any more ends
    // the search. A Dictionary was slower, because it touches more cache lines.
    private ushort[] _newest = [];
    private List<RuleChange>? _changes;
    private long _forgotten;
    private int _withId;
    private int _reserved;

    public bool IsEmpty => Count == 0;

    public int Count { get; private set; }

    /// <summary>The active leases; null if there are none.</summary>
    public GrantedLeases? Leases { get; set; }

    public void Record(in RecentAcquisition acquisition)
    {
        if (Count == _acquisitions.Length)
        {
            Grow();
        }

        int index = Count++;
        At(index) = acquisition;
        _reserved += acquisition.Status == AcquisitionStatus.Reserved ? 1 : 0;
        _withId += acquisition.Id != OperationId.None ? 1 : 0;
        Index(index);
    }

    /// <summary>Records a change of the rule of a bucket, with its state before; null if the bucket was unused after the change.</summary>
    public void Record(string bucket, Rule was, Rule next, BucketState? before, Instant now) =>
        (_changes ??= []).Add(new(bucket, was, next, now, _forgotten + Count) { Before = before });

    public void Forget(Instant now)
    {
        while (Count > 0 && IsForgettable(At(0), now))
        {
            ref RecentAcquisition oldest = ref At(0);
            _withId -= oldest.Id != OperationId.None ? 1 : 0;
            _reserved -= oldest.Status == AcquisitionStatus.Reserved ? 1 : 0;
            Count--;
            _forgotten++;
        }

        if (_withId == 0 && Count > 0)
        {
            (Count, _forgotten) = (0, _forgotten + Count);
        }

        if (_changes?.RemoveAll(change => change.Number <= _forgotten) > 0 && _changes.Count == 0)
        {
            _changes = null;
        }
    }

    /// <summary>The index of an acquisition; -1 if it is not remembered.</summary>
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

    public void SetStatus(int index, AcquisitionStatus status)
    {
        ref RecentAcquisition acquisition = ref At(index);
        _reserved += (status == AcquisitionStatus.Reserved ? 1 : 0) - (acquisition.Status == AcquisitionStatus.Reserved ? 1 : 0);
        acquisition.Status = status;
    }

    /// <summary>Whether a remembered acquisition acquired from a bucket.</summary>
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

    /// <summary>The index of the first acquisition that the state of a bucket can contain: the first one since it was unused.</summary>
    public int FirstIn(string bucket) =>
        _changes?.FindLast(change => change.Bucket == bucket && change.Before is null) is { } start ? (int)(start.Number - _forgotten) : 0;

    /// <summary>
    /// The changes of a bucket's rule after the acquisition at <paramref name="index"/>, each with the index of the next acquisition.
    /// </summary>
    public IEnumerable<(RuleChange Change, int Next)> Changes(string bucket, int index) =>
        (_changes ?? []).Where(change => change.Bucket == bucket && change.Number - _forgotten > index)
            .Select(change => (change, (int)(change.Number - _forgotten)));

    /// <summary>The reserved permits of a bucket, and the time until the last reservation is final.</summary>
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
            _newest = new ushort[SlotsPerAcquisition * grown.Length];
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

    // The low 16 bits of a number are stored, which is enough for the maximum number of acquisitions. The number of a forgotten one can
    // match a later one. The search continues with that one, and still ends, because a chain only leads to older ones.
    private int IndexOf(ushort number, int before)
    {
        int index = (ushort)(number - (ushort)_forgotten);
        return index < before ? index : -1;
    }

    private int Hash(OperationId id) => (int)(((ulong)id.Value * 0x9E3779B97F4A7C15) >> 32) & (_newest.Length - 1);
}
