namespace OrleansLimiter.Grains;

/// <summary>A silo that has sent replicas.</summary>
internal sealed class ReplicaOwner(ushort number, SiloAddress silo)
{
    // Changed by several threads.
    private int _count;

    /// <summary>The number by which replicas refer to the silo.</summary>
    public ushort Number => number;

    /// <summary>The silo, with its generation.</summary>
    public SiloAddress Silo => silo;

    /// <summary>The number of replicas.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The number of the last message. Used under the lock of this object.</summary>
    public long LastSequence { get; set; }

    /// <summary>The fingerprint of the list by which the silo has sent all its groups; 0: none.</summary>
    public long Settled { get; set; }

    /// <summary>When the silo has sent something.</summary>
    public Instant SeenAt { get; set; }

    /// <summary>Counts replicas.</summary>
    public void Add(int replicas) => Interlocked.Add(ref _count, replicas);
}

/// <summary>The silos that have sent replicas. Thread-safe.</summary>
internal sealed class ReplicaOwners
{
    /// <summary>The time for which a silo without replicas is remembered, so that its messages are not accepted twice: 10 min.</summary>
    public static readonly TimeSpan MaxAge = FormerSilos.MaxAge;

    private readonly Lock _lock = new();
    private readonly Dictionary<SiloAddress, ReplicaOwner> _bySilo = [];
    private ReplicaOwner?[] _byNumber = new ReplicaOwner?[4];

    /// <summary>Returns the owner of a silo. Null if there are 65,536 silos.</summary>
    public ReplicaOwner? Of(SiloAddress silo, Instant now)
    {
        lock (_lock)
        {
            if (!_bySilo.TryGetValue(silo, out ReplicaOwner? owner))
            {
                int free = Array.IndexOf(_byNumber, null);
                if (free < 0 && _byNumber.Length > ushort.MaxValue)
                {
                    return null;
                }

                if (free < 0)
                {
                    free = _byNumber.Length;
                    Array.Resize(ref _byNumber, _byNumber.Length * 2);
                }

                _bySilo[silo] = _byNumber[free] = owner = new((ushort)free, silo);
            }

            owner.SeenAt = now;
            return owner;
        }
    }

    /// <summary>Returns the owner with a number.</summary>
    public ReplicaOwner Of(ushort number) => Volatile.Read(ref _byNumber)[number]!;

    /// <summary>All owners.</summary>
    public ReplicaOwner[] All()
    {
        lock (_lock)
        {
            return [.. _bySilo.Values];
        }
    }

    /// <summary>Forgets the silos that have no replicas and have sent nothing for a while.</summary>
    public void Trim(Instant now)
    {
        lock (_lock)
        {
            foreach (ReplicaOwner owner in All().Where(owner => owner.Count == 0 && now - owner.SeenAt > MaxAge))
            {
                _bySilo.Remove(owner.Silo);
                _byNumber[owner.Number] = null;
            }
        }
    }
}
