namespace OrleansLimiter.Grains;

/// <summary>
/// The lists of silos of the last minutes. They tell which other silos can have the replica of a group that is activated here. Not
/// thread-safe.
/// </summary>
/// <param name="self">This silo.</param>
internal sealed class FormerSilos(SiloAddress self)
{
    /// <summary>The time for which a list is remembered after it was replaced: 10 min.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>The maximum number of lists: 16, the newest.</summary>
    public const int MaxLists = 16;

    private readonly List<Former> _former = [];
    private readonly HashSet<SiloAddress> _stopped = [];
    private HostingSilos _current = HostingSilos.Unknown;

    /// <summary>Remembers the list before this one.</summary>
    /// <param name="list">The list.</param>
    /// <param name="now">Now.</param>
    /// <param name="isStopping">
    /// Whether a silo that is not in the list any more stops by plan. It hands its groups over, so nobody needs their replicas.
    /// </param>
    public void Observe(HostingSilos list, Instant now, Func<SiloAddress, bool> isStopping)
    {
        if (list == _current)
        {
            return;
        }

        _stopped.UnionWith(_current.Silos.Except(list.Silos).Where(isStopping));

        if (_current.Silos.Length > 0)
        {
            _former.Add(new(_current, now, IsBeforeStart: false));
        }
        else if (list.Silos.Contains(self) && list.Silos.Length > 1)
        {
            // Replicas can be where they were before this silo has joined, and a silo can have left before.
            _former.Add(new(new(version: 0, list.Silos.Remove(self)), now, IsBeforeStart: true));
        }

        _current = list;
        _former.RemoveRange(0, Math.Max(0, _former.Count - MaxLists));
        _stopped.IntersectWith(_former.SelectMany(each => each.List.Silos));
    }

    /// <summary>Whether a silo has left the list because it stopped by plan, in the last minutes.</summary>
    public bool HasStopped(SiloAddress silo) => _stopped.Contains(silo);

    /// <summary>The silos that are a candidate for some account: see <see cref="CandidatesOf"/>.</summary>
    public SiloAddress[] Candidates(Instant now)
    {
        _former.RemoveAll(each => now - each.Until > MaxAge);
        return _former.Exists(each => each.IsBeforeStart || each.List.Silos.Any(HasFailed))
            ? [.. _current.Silos.Where(silo => !silo.Equals(self))]
            : [];
    }

    /// <summary>
    /// The silos, other than this one, that may have a replica of an account's group which has no holder: by each former list by which a
    /// silo of the account has failed, or that is older than this silo. None, if nothing can have been lost.
    /// </summary>
    public SiloAddress[] CandidatesOf(ulong account, Instant now)
    {
        _former.RemoveAll(each => now - each.Until > MaxAge);
        if (_former.Count == 0)
        {
            return [];
        }

        var candidates = new HashSet<SiloAddress>();
        foreach (Former former in _former)
        {
            (SiloAddress? first, SiloAddress? second) = former.List.RankOf(account);
            if (former.IsBeforeStart || HasFailed(first) || HasFailed(second))
            {
                Add(candidates, first);
                Add(candidates, second);
            }
        }

        return [.. candidates];
    }

    private void Add(HashSet<SiloAddress> candidates, SiloAddress? silo)
    {
        if (silo is not null && !HasLeft(silo) && !silo.Equals(self))
        {
            candidates.Add(silo);
        }
    }

    private bool HasFailed(SiloAddress? silo) => HasLeft(silo) && !_stopped.Contains(silo!);

    private bool HasLeft(SiloAddress? silo) => silo is not null && !_current.Silos.Contains(silo);

    private sealed record Former(HostingSilos List, Instant Until, bool IsBeforeStart);
}
