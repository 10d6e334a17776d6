using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Grains;

/// <summary>
/// Keeps this silo from deciding when others may have declared it dead: it decides only for a short time after another active silo has
/// acknowledged a heartbeat. The moment is in <see cref="LivingGroups.DecidesUntil"/>, which each decision compares with its own time.
/// </summary>
internal sealed class Fence
{
    private readonly Lock _lock = new();
    private readonly FenceOptions _options;
    private readonly FenceState _state;
    private readonly Heartbeats _heartbeats;
    private readonly FenceCounters _counters;
    private readonly LivingGroups _groups;
    private readonly ISiloStatusOracle _membership;
    private readonly IHeartbeatSender _sender;
    private readonly TableProbe _table;
    private readonly HeartbeatMessage _message;
    private bool _wasActive;

    public Fence(
        SiloGroupRegistry silo, ISiloStatusOracle membership, IHeartbeatSender sender, IMembershipTable table, FenceOptions options,
        IMeterFactory meters, ILogger<Fence> log)
    {
        (_groups, _membership, _sender, _options) = (silo.Living, membership, sender, options);
        (_state, _heartbeats, _message) = (new(options.Span), new(2 * options.Period), new(silo.Name, isLeaving: false));
        _counters = new(_groups, meters, log);
        _table = new(table, _groups.Clock);
    }

    /// <summary>Since when the fence is closed; null while it is open.</summary>
    public Instant? ClosedSince => _counters.Since;

    /// <summary>The number of times that the fence was closed.</summary>
    public long Closures => _counters.Closures;

    /// <summary>The heartbeats of the last <see cref="Beat"/>, and the last look at the membership table.</summary>
    internal Task Last { get; private set; } = Task.CompletedTask;

    /// <summary>Uses the membership view, and sends the next heartbeats. Never throws.</summary>
    /// <returns>Whether the fence is closed.</returns>
    public bool Beat()
    {
        _wasActive |= _membership.CurrentStatus == SiloStatus.Active;
        if (!_wasActive)
        {
            return false; // no group is here yet
        }

        Instant now = _groups.Clock.Now;
        SiloAddress own = _membership.SiloAddress;
        SiloAddress[] next = [];
        bool looks = false;
        Update(now, state =>
        {
            state.OnView(_membership.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(own)), now);
            next = state.IsDead ? [] : _heartbeats.Next(state.Peers, now);
            looks = _options.DecideWhenIsolated && state.IsUnheard(now);
        });
        Last = Task.WhenAll([looks ? LookAsync() : Task.CompletedTask, .. next.Select(peer => SendAsync(peer, now))]);
        return ClosedSince is not null;
    }

    /// <summary>Another silo has said that it stops.</summary>
    public void OnLeaving(SiloAddress silo) => Update(_groups.Clock.Now, state => state.OnLeaving(silo));

    /// <summary>Tells the other silos that this one stops. Returns when each has replied, or has failed.</summary>
    public Task LeaveAsync()
    {
        SiloAddress[] peers;
        lock (_lock)
        {
            peers = [.. _state.Peers];
        }

        var message = new HeartbeatMessage(_message.Silo, isLeaving: true);
        return Task.WhenAll(peers.Select(async peer =>
        {
            try
            {
                await _sender.SendAsync(peer, message).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // It learns of the stop from the membership table.
            }
        }));
    }

    private async Task SendAsync(SiloAddress peer, Instant sent)
    {
        HeartbeatReply? reply = null;
        try
        {
            reply = await _sender.SendAsync(peer, _message).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Not acknowledged, whatever the reason is.
        }

        Update(_groups.Clock.Now, state =>
        {
            _heartbeats.OnEnd(peer);
            if (reply is { IsDead: true })
            {
                state.OnDeclaredDead();
            }
            else if (reply is not null)
            {
                state.OnAcknowledged(peer, sent);
            }
        });
    }

    private async Task LookAsync()
    {
        if (await _table.TryReadAsync().ConfigureAwait(false) is { } isReachable)
        {
            Update(_groups.Clock.Now, state => state.OnTable(isReachable, _groups.Clock.Now));
        }
    }

    private void Update(Instant now, Action<FenceState> change)
    {
        lock (_lock)
        {
            _counters.Observe(now, _state); // it may have closed since the last time
            change(_state);
            _groups.DecidesUntil = _state.DecidesUntil;
            _counters.Observe(now, _state);
        }
    }
}
