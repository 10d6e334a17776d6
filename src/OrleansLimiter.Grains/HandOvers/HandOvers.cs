using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// Hands the groups of this silo over when their grains are deactivated while they are living, and continues the groups that other
/// silos hand over.
/// </summary>
public sealed class HandOvers : ILifecycleParticipant<ISiloLifecycle>
{
    // The time between two looks at what is left, at a stop.
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(10);

    private static readonly DeactivationReason s_abandoned =
        new(DeactivationReasonCode.ShuttingDown, "the silo stops without the membership table");

    private readonly SiloGroupRegistry _silo;
    private readonly IHostingSilos _hosting;
    private readonly HandOverChannels _channels;
    private readonly ReceivedGroups _received;
    private readonly HandOverOptions _options;
    private readonly CountsSender? _counts;
    private readonly CancellationTokenSource _stopped = new();
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inProgress;
    private volatile bool _isStopping;
    private volatile bool _isAbandoned;
    private volatile bool _isOver;

    internal HandOvers(
        SiloGroupRegistry silo, IGrainFactory grains, IHostingSilos hosting, IMeterFactory meters, IOptions<HandOverOptions> options,
        ILogger<HandOvers> log, Replicas replicas, CountsSender? counts = null)
    {
        (_silo, _hosting, _options, Replicas, _counts) = (silo, hosting, options.Value, replicas, counts);
        Counters = new(silo.Living.Clock, meters, log);
        _channels = new(grains, silo.Living.Clock);
        _received = new(silo, grains, _channels, Counters) { Left = StoreLater };
    }

    /// <summary>
    /// Completes when the groups were handed over although the silo could not tell the membership table that it stops. Nothing is left to
    /// do then: the other silos learn of the stop when the table is available again.
    /// </summary>
    internal Task Abandoned => _abandoned.Task;

    /// <summary>The replicas from which groups continue that were not handed over.</summary>
    internal Replicas Replicas { get; }

    /// <summary>Is called before <see cref="Abandoned"/> completes, to tell the other silos. It must not throw.</summary>
    internal Func<Task> Leaving { get; set; } = () => Task.CompletedTask;

    /// <summary>The counters since the start.</summary>
    public HandOverCounters Counters { get; }

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(HandOvers), ServiceLifecycleStage.Active, _ => Task.CompletedTask, BeginStop);
        lifecycle.Subscribe(nameof(HandOvers), ServiceLifecycleStage.GrainDeactivation, _ => Task.CompletedTask, _ => StopAsync());
    }

    internal HandOverReply Receive(HandOverMessage message) => _received.Receive(message);

    /// <summary>The grains with a key prefix that continue here when they are called.</summary>
    internal IEnumerable<GrainId> StartingWith(string prefix) => _received.StartingWith(prefix);

    /// <summary>Continues what was handed over of a group. Each call of its grain begins with this.</summary>
    /// <exception cref="SiloUnavailableException">The silo has handed its groups over, but others still place grains on it.</exception>
    internal ValueTask ContinueAsync(GroupGrain grain) => _isAbandoned
        ? throw new SiloUnavailableException("The silo is stopping without its membership table.")
        : _received.ContinueAsync(grain);

    /// <summary>Discards the states of grains with a key prefix that are kept here. Returns the number of grains.</summary>
    internal Task<int> DiscardAsync(string prefix) => _received.DiscardAsync(prefix);

    /// <summary>
    /// Ends the group of a grain and hands its state over. Completes when another silo has acknowledged the state, or when this silo
    /// keeps it to try again. Never throws.
    /// </summary>
    internal async Task HandOverAsync(GroupGrain grain)
    {
        Interlocked.Increment(ref _inProgress); // before the group is not living any more, because the stop waits for both
        try
        {
            byte[]? state = grain.Group.TryHandOver(_silo.Living, out bool counts, out GroupReplica kept, out string[]? keptBuckets);
            if (_isOver)
            {
                _counts?.Keep(grain, kept);
            }
            else if (state is not null)
            {
                await HandOverAsync(grain, state, counts, kept, keptBuckets).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inProgress);
        }
    }

    private async Task HandOverAsync(GroupGrain grain, byte[] state, bool counts, GroupReplica kept, string[]? keptBuckets)
    {
        var pending = new PendingState(
            grain.Scope, grain.GrainContext.GrainId.Key.ToString()!, state, _silo.Living.Clock.Now, Random.Shared.NextInt64(),
            counts, keptBuckets);
        if (NextOf(AccountHash.OfGrain(grain.GrainContext.GrainId.Key)) is not { } next)
        {
            if (_counts is null || kept.State is null)
            {
                Counters.OnLost("there is no other silo");
            }

            _counts?.Keep(grain, kept);
        }
        else if (await _channels.SendAsync(next, pending, _stopped.Token).ConfigureAwait(false))
        {
            Counters.OnSent();
        }
        else if (!_received.TryKeep(pending))
        {
            StoreLater([pending]);
        }
    }

    // If the token is canceled already, Orleans stops without delay, and does not deactivate its grains.
    private Task BeginStop(CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return DeactivateAllAsync();
        }

        _ = AbandonLaterAsync(token);
        return Task.CompletedTask;
    }

    private async Task AbandonLaterAsync(CancellationToken token)
    {
        await Task.Delay(_options.AbandonAfter, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_isStopping)
        {
            await DeactivateAllAsync().ConfigureAwait(false);
            await Leaving().ConfigureAwait(false);
            _abandoned.SetResult();
        }
    }

    // Without the membership table, the stop does not reach the stage at which Orleans deactivates the grains. The other silos still
    // place grains on this one, so what is handed over must not come back, and no group begins here.
    private Task DeactivateAllAsync()
    {
        _isAbandoned = true;
        _received.Refuse();
        foreach (GroupGrain grain in _silo.Grains)
        {
            grain.GrainContext.Deactivate(s_abandoned);
        }

        return StopAsync();
    }

    private async Task StopAsync()
    {
        if (_isOver)
        {
            return;
        }

        _isStopping = true;
        _stopped.CancelAfter(_options.Timeout);
        _received.Hurry();
        while (!_stopped.IsCancellationRequested && HasOtherSilo
            && (_silo.Living.Count > 0 || Volatile.Read(ref _inProgress) > 0 || _received.Count > 0))
        {
            await Task.Delay(s_period, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _isOver = true; // what is handed over from now on is counted here
        Dictionary<GrainId, List<PendingState>> received = _received.Close();
        if (_counts is not null)
        {
            await StoreLeftAsync(_counts, received).ConfigureAwait(false);
        }
        else
        {
            received.Values.ToList().ForEach(StoreLater);
        }

        for (long left = _silo.Living.Count; left > 0; left--)
        {
            Counters.OnLost(ReceivedGroups.StoppedTooEarly);
        }
    }

    // No other silo continues these groups, so what must survive a restart is stored.
    private async Task StoreLeftAsync(CountsSender counts, Dictionary<GrainId, List<PendingState>> received)
    {
        foreach (GroupGrain grain in _silo.Grains)
        {
            if (received.Remove(grain.GrainContext.GrainId, out List<PendingState>? states))
            {
                states.RemoveAll(state => TryContinue(grain.Group, state));
                StoreLater(states);
            }

            if (grain.Group.TryHandOver(_silo.Living, out _, out GroupReplica kept, out _) is not null && kept.State is null)
            {
                Counters.OnLost(ReceivedGroups.StoppedTooEarly);
            }

            counts.Keep(grain, kept);
        }

        received.Values.ToList().ForEach(StoreLater);
        await counts.StoreFinalAsync(() => Volatile.Read(ref _inProgress) == 0 && !_received.IsForwarding)
            .ConfigureAwait(false);
    }

    // The states of one group that this silo has received, and that no silo continues. A part of each survives a restart.
    private void StoreLater(List<PendingState> states)
    {
        var group = new BucketGroupEntry();
        int continued = states.Count(state => TryContinue(group, state));
        GroupReplica kept = default;
        if (continued > 0 && _counts is not null && group.TryHandOver(_silo.Living, out _, out kept, out _) is not null)
        {
            _counts.Keep(ReplicaSender.NameOf(states[0].Scope, states[0].Key), kept);
        }

        for (int lost = kept.State is null ? states.Count : states.Count - continued; lost > 0; lost--)
        {
            Counters.OnLost(ReceivedGroups.StoppedTooEarly);
        }
    }

    private bool TryContinue(BucketGroupEntry group, PendingState state)
    {
        try
        {
            return group.TryReceive(state.State, state.SavedAt, countsForAccount: false, _silo.Living, state.KeptBuckets);
        }
        catch (FormatException)
        {
            return false; // this version cannot read it
        }
    }

    private bool HasOtherSilo => NextOf(account: 0) is not null;

    // The silo on which the grain is placed if this silo leaves, and otherwise the silo of the account.
    private string? NextOf(ulong account)
    {
        (SiloAddress? first, SiloAddress? second) = _hosting.Current.RankOf(account);
        return first?.ToParsableString() == _silo.Name ? second?.ToParsableString() : first?.ToParsableString();
    }
}
