namespace OrleansLimiter;

/// <summary>
/// What a group remembers of its latest takes, so that a repeated take is one take and a returned one leaves no
/// trace. While it remembers any take that has an id, it records every take, because undoing one depends on those
/// that came after it.
/// </summary>
internal sealed class TakeMemory
{
    // How many takes that are final are remembered; held ones are only bounded by their time.
    private const int MaxFinal = 1024;

    private RememberedTake[] _takes = new RememberedTake[4];
    private int _head;
    private int _count;
    private int _named;

    public bool IsEmpty => _count == 0;

    public void Record(in RememberedTake take)
    {
        if (_count == _takes.Length)
        {
            var grown = new RememberedTake[_count * 2];
            for (int i = 0; i < _count; i++)
            {
                grown[i] = At(i);
            }

            (_takes, _head) = (grown, 0);
        }

        _count++;
        At(_count - 1) = take;
        _named += take.Id == TakeId.None ? 0 : 1;
    }

    public void Forget(Instant now)
    {
        while (_count > 0 && (At(0).At + Group.RememberedFor <= now || (_count > MaxFinal && !At(0).IsHeld(now))))
        {
            _named -= At(0).Id == TakeId.None ? 0 : 1;
            At(0) = default;
            _head = _head + 1 == _takes.Length ? 0 : _head + 1;
            _count--;
        }

        if (_named == 0 && _count > 0)
        {
            Clear();
        }
    }

    public void Clear()
    {
        Array.Clear(_takes);
        (_head, _count, _named) = (0, 0, 0);
    }

    /// <summary>The place of a take, newest first; -1 where it is not remembered.</summary>
    public int Find(TakeId id)
    {
        for (int i = _count - 1; i >= 0; i--)
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

    /// <summary>The takes after <paramref name="index"/> that stay and went through <paramref name="bucket"/>, oldest first.</summary>
    public Portion[] Later(int index, string bucket)
    {
        var later = new List<Portion>();
        for (int i = index + 1; i < _count; i++)
        {
            if (At(i).Status != TakeStatus.Returned && At(i).Touches(bucket))
            {
                later.Add(new(At(i).At, At(i).Cost));
            }
        }

        return [.. later];
    }

    /// <summary>
    /// How many permits of a bucket are held and may yet come back, and how long until the last of them is settled.
    /// </summary>
    public (long Permits, TimeSpan Settled) HeldIn(ref Bucket bucket, Instant now)
    {
        long permits = 0;
        TimeSpan settled = TimeSpan.Zero;
        for (int i = 0; i < _count; i++)
        {
            ref RememberedTake take = ref At(i);
            if (take.IsHeld(now) && take.Touches(bucket.Name))
            {
                permits += bucket.State.Returnable(bucket.Rule, take.Cost, take.At, now);
                settled = take.At + Group.HoldBound - now;
            }
        }

        return (permits, settled);
    }
}

/// <summary>One take that a group remembers.</summary>
internal record struct RememberedTake(TakeId Id, Instant At, int Cost, TakeStatus Status, GroupRules Rules)
{
    public readonly bool IsHeld(Instant now) => Status == TakeStatus.Held && At + Group.HoldBound > now;

    public readonly bool Touches(string bucket)
    {
        foreach (BucketRule rule in Rules.Rules)
        {
            if (rule.Bucket == bucket)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>How far a remembered take has come.</summary>
internal enum TakeStatus : byte
{
    Final,
    Held,
    Returned,
}
