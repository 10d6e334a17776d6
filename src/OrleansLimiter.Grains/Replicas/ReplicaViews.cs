namespace OrleansLimiter.Grains;

/// <summary>The list of silos, and those before it. Thread-safe.</summary>
internal sealed class ReplicaViews(
    IHostingSilos hosting, SiloAddress self, LimiterClock clock, Func<SiloAddress, bool> isStopping)
{
    private readonly Lock _lock = new();
    private readonly FormerSilos _former = new(self);
    private ReplicaView _current = new(HostingSilos.Unknown);

    /// <summary>This silo.</summary>
    public SiloAddress Self => self;

    /// <summary>The newest list. The same instance is returned until it changes.</summary>
    public ReplicaView Current
    {
        get
        {
            HostingSilos list = hosting.Current;
            ReplicaView current = Volatile.Read(ref _current);
            return list == current.List ? current : Change(list);
        }
    }

    /// <summary>The other silos that may have a replica of an account's groups: see <see cref="FormerSilos.CandidatesOf"/>.</summary>
    public SiloAddress[] CandidatesOf(ulong account)
    {
        lock (_lock)
        {
            return _former.CandidatesOf(account, clock.Now);
        }
    }

    /// <summary>The other silos that may have a replica of some account's groups.</summary>
    public SiloAddress[] Candidates()
    {
        lock (_lock)
        {
            return _former.Candidates(clock.Now);
        }
    }

    /// <summary>Whether a silo that is not in the list has failed. One that stopped by plan has handed its groups over.</summary>
    public bool HasFailed(SiloAddress silo)
    {
        ReplicaView current = Current;
        lock (_lock)
        {
            return !current.Contains(silo) && !_former.HasStopped(silo);
        }
    }

    private ReplicaView Change(HostingSilos list)
    {
        lock (_lock)
        {
            if (list != _current.List && list.Version >= _current.List.Version)
            {
                _former.Observe(list, clock.Now, isStopping);
                Volatile.Write(ref _current, new(list));
            }

            return _current;
        }
    }
}
