namespace OrleansLimiter.Grains;

/// <summary>Sends a heartbeat to another silo.</summary>
internal interface IHeartbeatSender
{
    /// <summary>Sends a heartbeat. Throws if there is no reply.</summary>
    ValueTask<HeartbeatReply> SendAsync(SiloAddress peer, HeartbeatMessage message);
}

/// <summary>
/// Chooses the silos that receive the next heartbeats: up to <see cref="MaxPeers"/> of them in turn, each while few heartbeats to it have
/// no reply. It is not thread-safe.
/// </summary>
/// <param name="repeatAfter">The time after which another heartbeat is sent although the last one has no reply.</param>
internal sealed class Heartbeats(TimeSpan repeatAfter)
{
    /// <summary>The maximum number of silos that receive a heartbeat at a time: 3. One reply is enough.</summary>
    public const int MaxPeers = 3;

    /// <summary>The maximum number of heartbeats to one silo that have no reply: 4.</summary>
    public const int MaxPending = 4;

    private readonly Dictionary<SiloAddress, Pending> _pending = [];
    private int _turn;

    /// <summary>Returns the silos to which heartbeats are sent now. <see cref="OnEnd"/> must follow for each.</summary>
    public SiloAddress[] Next(IReadOnlyCollection<SiloAddress> peers, Instant now)
    {
        foreach (SiloAddress gone in _pending.Keys.Where(silo => !peers.Contains(silo)).ToArray())
        {
            _pending.Remove(gone);
        }

        SiloAddress[] order = [.. peers.Order()];
        _turn = order.Length == 0 ? 0 : (_turn + MaxPeers) % order.Length;
        SiloAddress[] next = [.. order[_turn..].Concat(order[.._turn]).Where(peer => MaySend(peer, now)).Take(MaxPeers)];
        foreach (SiloAddress peer in next)
        {
            _pending[peer] = new(_pending.GetValueOrDefault(peer).Count + 1, now);
        }

        return next;
    }

    /// <summary>A heartbeat was acknowledged, or has failed.</summary>
    public void OnEnd(SiloAddress peer)
    {
        if (_pending.TryGetValue(peer, out Pending pending))
        {
            _pending[peer] = pending with { Count = Math.Max(0, pending.Count - 1) };
        }
    }

    private bool MaySend(SiloAddress peer, Instant now) => !_pending.TryGetValue(peer, out Pending pending) || pending.Count == 0
        || (pending.Count < MaxPending && now - pending.Sent >= repeatAfter);

    private readonly record struct Pending(int Count, Instant Sent);
}
