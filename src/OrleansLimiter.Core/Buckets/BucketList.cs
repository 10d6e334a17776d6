namespace OrleansLimiter;

/// <summary>The buckets of one group. The first one is stored inline, because most groups have only one.</summary>
internal struct BucketList
{
    private Bucket _first;
    private Bucket[]? _more;

    // The flags are in padding, so they need no memory. Each has a bit for each of two readers.
    private const byte ForReplica = 1;
    private const byte ForStorage = 2;
    private const byte ForBoth = ForReplica | ForStorage;

    /// <summary>Whether permits were acquired since the last look: a bit for each reader.</summary>
    public byte Acquired;

    /// <summary>Whether permits became available again, other than by time, since the last look: a bit for each reader.</summary>
    public byte Returned;

    /// <summary>Whether permits were acquired since <see cref="BucketGroup.TakeChanges"/>. To set it reports it to both readers.</summary>
    public bool HasAcquired
    {
        readonly get => (Acquired & ForReplica) != 0;
        set => Acquired = value ? ForBoth : (byte)(Acquired & ForStorage);
    }

    /// <summary>
    /// Whether permits became available again, other than by time, since <see cref="BucketGroup.TakeChanges"/>. To set it reports it to
    /// both readers.
    /// </summary>
    public bool HasReturned
    {
        readonly get => (Returned & ForReplica) != 0;
        set => Returned = value ? ForBoth : (byte)(Returned & ForStorage);
    }

    /// <summary>Whether the group waits in the queue of changed groups.</summary>
    public bool IsQueued;

    public int Count { get; private set; }

    /// <summary>The memory of the states in bytes, and of all buckets after the first one.</summary>
    public int Bytes
    {
        get
        {
            int bytes = _more is null ? 0 : 24 + (24 * _more.Length);
            for (int i = 0; i < Count; i++)
            {
                bytes += At(ref this, i).State.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>Whether anything has changed since the last look of a reader, by flags that may be read without the lock.</summary>
    public static bool HasChanged(int flags, bool forStorage) => (flags & (forStorage ? ForStorage : ForReplica)) != 0;

    /// <summary>Begins again for the storage, and returns whether permits were returned.</summary>
    public bool TakeForStorage()
    {
        bool returned = (Returned & ForStorage) != 0;
        (Acquired, Returned) = ((byte)(Acquired & ForReplica), (byte)(Returned & ForReplica));
        return returned;
    }

    /// <summary>Gives back what <see cref="TakeForStorage"/> has taken.</summary>
    public void ReturnForStorage(bool returned) =>
        (Acquired, Returned) = ((byte)(Acquired | ForStorage), returned ? (byte)(Returned | ForStorage) : Returned);

    /// <summary>Whether the first bucket enforces the first rule of the caller.</summary>
    public readonly bool IsFirstUnder(GroupRules rules) => Count > 0 && _first.IsUnder(rules, 0);

    /// <summary>The index of a bucket; -1 if there is none.</summary>
    public int Find(string name)
    {
        for (int i = 0; i < Count; i++)
        {
            if (At(ref this, i).Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The number of buckets that an acquisition under the rules charges and the group does not have.</summary>
    public int Missing(GroupRules rules)
    {
        int missing = 0;
        for (int i = 0; i < rules.Rules.Length; i++)
        {
            missing += rules.ChargedAt(i, 1) > 0 && Find(rules.Rules[i].Bucket) < 0 ? 1 : 0;
        }

        return missing;
    }

    /// <summary>
    /// Whether more buckets can be added. Removes decayed buckets if necessary, but none that the rules name, because it can have a
    /// newer rule.
    /// </summary>
    public bool EnsureCapacity(int more, GroupRules rules, GrantedLeases? leases, Instant now)
    {
        if (more > 0 && Count + more > BucketGroup.MaxBuckets)
        {
            DropEmpty(now, leases, except: rules);
        }

        return Count + more <= BucketGroup.MaxBuckets;
    }

    public int Add(in Bucket bucket)
    {
        if (Count > 0 && Count - 1 == (_more?.Length ?? 0))
        {
            Array.Resize(ref _more, Math.Max(1, (Count - 1) * 2));
        }

        At(ref this, Count) = bucket;
        return Count++;
    }

    public void DropEmpty(Instant now, GrantedLeases? leases, GroupRules? except = null)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            ref Bucket bucket = ref At(ref this, i);
            if (except?.Names(bucket.Name) != true && IsEmpty(bucket, leases, now))
            {
                bucket = At(ref this, Count - 1);
                At(ref this, --Count) = default;
            }
        }

        _more = Count <= 1 ? null : _more;
    }

    public IReadOnlyList<(string Bucket, Rule Rule, Reading Reading)> Usage(Instant now, GrantedLeases? leases)
    {
        var usage = new List<(string, Rule, Reading)>();
        for (int i = 0; i < Count; i++)
        {
            ref Bucket bucket = ref At(ref this, i);
            if (!IsEmpty(bucket, leases, now))
            {
                usage.Add((bucket.Name, bucket.Rule, GrantedLeases.Read(leases, bucket, 1, now)));
            }
        }

        return usage;
    }

    /// <summary>Whether the snapshot contains a bucket. Leases refer to their buckets.</summary>
    public bool Keeps(int index, BucketFilter keeps, GrantedLeases? leases, Instant now)
    {
        ref Bucket bucket = ref At(ref this, index);
        return !IsEmpty(bucket, leases, now) && (keeps.Contains(bucket) || leases?.Of(bucket.Name).Permits > 0);
    }

    /// <summary>The names of the buckets whose counts survive a restart of all silos; null if there are none.</summary>
    public string[]? NamesOfKept()
    {
        List<string>? names = null;
        for (int i = 0; i < Count; i++)
        {
            ref Bucket bucket = ref At(ref this, i);
            if (bucket.Survive == Survive.Restart)
            {
                (names ??= []).Add(bucket.Name);
            }
        }

        return names?.ToArray();
    }

    /// <summary>The longest time until a bucket that the snapshot must contain has decayed; zero if there is none.</summary>
    public TimeSpan LongestReset(BucketFilter keeps, GrantedLeases? leases, Instant now)
    {
        TimeSpan longest = TimeSpan.Zero;
        for (int i = 0; i < Count; i++)
        {
            ref Bucket bucket = ref At(ref this, i);
            if (keeps.Contains(bucket) && GrantedLeases.Read(leases, bucket, 1, now).Reset is var reset && reset > longest)
            {
                longest = reset;
            }
        }

        return longest;
    }

    /// <summary>Removes the buckets that a snapshot would not contain. The others keep their order.</summary>
    public void Retain(BucketFilter keeps, GrantedLeases? leases, Instant now)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (Keeps(i, keeps, leases, now))
            {
                At(ref this, kept++) = At(ref this, i);
            }
        }

        while (Count > kept)
        {
            At(ref this, --Count) = default;
        }

        _more = Count <= 1 ? null : _more;
    }

    public void Write(SnapshotWriter writer, GrantedLeases? leases)
    {
        int left = 0;
        for (int i = 0; writer.Keeps is not null && i < Count; i++)
        {
            left += Keeps(i, writer.Keeps, leases, writer.Now) ? 0 : 1;
        }

        writer.Bytes.Write7BitEncodedInt(Count - left);
        for (int i = 0; i < Count; i++)
        {
            if (left == 0 || Keeps(i, writer.Keeps!, leases, writer.Now))
            {
                At(ref this, i).Write(writer);
            }
        }
    }

    /// <exception cref="FormatException">The bytes are not the buckets of a group.</exception>
    public void Read(SnapshotReader reader)
    {
        int count = reader.ReadCount(BucketGroup.MaxBuckets, "buckets");
        for (int i = 0; i < count; i++)
        {
            var bucket = Bucket.Read(reader);
            if (Find(bucket.Name) >= 0)
            {
                throw new FormatException($"bucket '{bucket.Name}' occurs twice");
            }

            Add(bucket);
        }
    }

    private static bool IsEmpty(in Bucket bucket, GrantedLeases? leases, Instant now) =>
        bucket.State.IsEmpty(bucket.Rule, now) && leases?.Of(bucket.Name).Permits is null or 0;

    // Static, because an instance method of a struct cannot return a reference to a field.
    public static ref Bucket At(ref BucketList list, int index) => ref index == 0 ? ref list._first : ref list._more![index - 1];
}
