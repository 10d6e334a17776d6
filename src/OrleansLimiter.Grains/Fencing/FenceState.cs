namespace OrleansLimiter.Grains;

/// <summary>
/// Until when a silo may decide. It is a function of what the silo has learned: no clock, no calls. It is not thread-safe.
/// </summary>
/// <param name="span">
/// How long a silo may decide after it has sent a heartbeat that another silo acknowledged. Shorter than the time in which the others can
/// declare it dead.
/// </param>
internal sealed class FenceState(TimeSpan span)
{
    /// <summary>How long a silo may decide after it could not read the membership table, if it is allowed to: 3 s.</summary>
    public static readonly TimeSpan SpanWithoutTable = TimeSpan.FromSeconds(3);

    /// <summary>A silo without other silos decides until this moment.</summary>
    public static readonly Instant Forever = new(long.MaxValue);

    /// <summary>A silo that was declared dead has decided until this moment.</summary>
    public static readonly Instant Never = new(long.MinValue);

    private readonly HashSet<SiloAddress> _left = [];
    private HashSet<SiloAddress> _peers = [];
    private Instant _heard = Never;
    private Instant _withoutTable = Never;

    /// <summary>The moment from which the silo must not decide.</summary>
    public Instant DecidesUntil => IsDead ? Never : _peers.Count == 0 ? Forever : Instant.Max(_heard, _withoutTable);

    /// <summary>Whether another silo has replied that this one was declared dead. That is final.</summary>
    public bool IsDead { get; private set; }

    /// <summary>The other active silos, without those that have said that they leave.</summary>
    public IReadOnlyCollection<SiloAddress> Peers => _peers;

    /// <summary>Whether other silos are active and none of them has acknowledged a heartbeat in time.</summary>
    public bool IsUnheard(Instant now) => !IsDead && _peers.Count > 0 && now >= _heard;

    /// <summary>Uses the membership view.</summary>
    /// <param name="active">The other active silos.</param>
    /// <param name="now">Now.</param>
    public void OnView(IEnumerable<SiloAddress> active, Instant now)
    {
        bool wasAlone = _peers.Count == 0;
        HashSet<SiloAddress> all = [.. active];
        _left.IntersectWith(all);
        all.ExceptWith(_left);
        _peers = all;
        if (wasAlone && all.Count > 0)
        {
            Hear(now); // nobody can have begun to probe this silo before
        }
    }

    /// <summary>Another silo has acknowledged a heartbeat.</summary>
    /// <param name="peer">The silo. It has no effect if the silo is not active.</param>
    /// <param name="sent">When the heartbeat was sent, which is before the other silo received it.</param>
    public void OnAcknowledged(SiloAddress peer, Instant sent)
    {
        if (_peers.Contains(peer))
        {
            Hear(sent);
        }
    }

    /// <summary>Another silo has replied that this one was declared dead.</summary>
    public void OnDeclaredDead() => IsDead = true;

    /// <summary>Another silo has said that it stops. It declares no silo dead any more, so it need not be heard.</summary>
    public void OnLeaving(SiloAddress peer)
    {
        if (_peers.Remove(peer))
        {
            _left.Add(peer);
        }
    }

    /// <summary>The membership table could be read, or not, by a silo that may decide without it.</summary>
    public void OnTable(bool isReachable, Instant now) => _withoutTable = isReachable ? Never : now + SpanWithoutTable;

    private void Hear(Instant sent) => _heard = Instant.Max(_heard, sent + span);
}
