namespace OrleansLimiter.Grains;

/// <summary>The list of silos, and those before it. Thread-safe.</summary>
internal sealed class ReplicaViews(IHostingSilos hosting, SiloAddress self, LimiterClock clock)
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

    private ReplicaView Change(HostingSilos list)
    {
        lock (_lock)
        {
            if (list != _current.List && list.Version >= _current.List.Version)
            {
                _former.Observe(list, clock.Now);
                Volatile.Write(ref _current, new(list));
            }

            return _current;
        }
    }
}
