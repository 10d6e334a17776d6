using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Grains;

/// <summary>
/// Sends the groups of this silo that have changed to the silos which keep their replicas, in passes. After silos have joined or left, it
/// sends the groups again whose replica belongs on another silo.
/// </summary>
internal sealed class ReplicaSender : BackgroundService
{
    /// <summary>The maximum number of changed groups that a pass begins to send: 4,096.</summary>
    public const int MaxGroups = 4_096;

    private readonly SiloGroupRegistry _silo;
    private readonly ReplicaViews _views;
    private readonly ReplicaStore _store;
    private readonly ReplicaCounters _counters;
    private readonly ReplicaRecovery _recovery;
    private readonly IGrainFactory _grains;
    private readonly OrphanForwarder _forwarder;
    private readonly ReplicaOptions _options;
    private readonly ReplicaPace _pace;
    private readonly ReplicaResend<GroupGrain> _resend;
    private readonly ConcurrentDictionary<SiloAddress, ReplicaChannel> _channels = new();
    private readonly Lock _measured = new();
    private readonly Lock _passing = new();
    private ReplicaView _view = new(HostingSilos.Unknown);
    private Instant _lastPass;
    private Instant? _resentAt;
    private long _sequence;
    private long _settled;

    public ReplicaSender(
        SiloGroupRegistry silo, ReplicaViews views, ReplicaStore store, ReplicaCounters counters, ReplicaRecovery recovery,
        IGrainFactory grains, ReplicaOptions options)
    {
        (_silo, _views, _store, _counters, _recovery, _grains, _options) = (silo, views, store, counters, recovery, grains, options);
        TimeSpan interval = options.Interval < ReplicaOptions.MinInterval ? ReplicaOptions.MinInterval : options.Interval;
        (_pace, _resend) = (new(interval), new(views.Self));
        _forwarder = new(store, grains, silo.Living.Clock);
        _lastPass = silo.Living.Clock.Now;
    }

    /// <summary>The time for which changes of this silo may not be in a replica: until now, or until they were acknowledged.</summary>
    public TimeSpan Lag
    {
        get
        {
            Instant now = _silo.Living.Clock.Now;
            return _options.Interval == TimeSpan.Zero || _views.Current.List.Silos.Length < 2 ? TimeSpan.Zero : now - OldestChange;
        }
    }

    /// <summary>Whether everything that has changed is in a replica, and nothing waits to be sent again.</summary>
    internal bool IsIdle => _silo.Living.Changes is null or { IsEmpty: true } && _resend.Count == 0 && _forwarder.IsIdle
        && _channels.Values.All(channel => channel.OldestChange.Ticks == long.MaxValue);

    /// <summary>The time stamp with which measurements of <see cref="OnSaved"/> begin.</summary>
    internal long Timestamp => _silo.Living.Clock.Time.GetTimestamp();

    /// <summary>The number of the next message.</summary>
    internal long NextSequence => Interlocked.Increment(ref _sequence);

    /// <summary>One pass.</summary>
    internal void Pass()
    {
        lock (_passing)
        {
            RunPass();
        }
    }

    private void RunPass()
    {
        Instant now = _silo.Living.Clock.Now;
        Instant before = _lastPass;
        ReplicaView view = _views.Current;
        if (view != _view)
        {
            Change(view);
        }

        foreach (GroupGrain grain in _resend.Take(now - before))
        {
            grain.Group.MarkNotReplicated(returned: false);
            Add(grain, before);
        }

        for (int i = 0; i < MaxGroups && _silo.TryTakeChanged(out GroupGrain? grain); i++)
        {
            Add(grain, before);
        }

        _lastPass = now;
        foreach (ReplicaChannel channel in _channels.Values)
        {
            channel.Start();
        }

        _recovery.Probe();
        _forwarder.Pass(now - before);
        _counters.OnDropped(_store.SweepPart(view, _views.Self));
        Settle(now);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Interval == TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(_pace.Next(), _silo.Living.Clock.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            TryPass();
            lock (_measured)
            {
                timer.Period = _pace.Next();
            }
        }
    }

    // An error must not end the host: decisions do not need replicas.
    private void TryPass()
    {
        try
        {
            Pass();
        }
        catch (Exception error)
        {
            _counters.OnFailed(error);
        }
    }

    internal ReplicaMessage ToMessage(long sequence, byte[] frame) =>
        new(_views.Self.ToParsableString(), sequence, Interlocked.Read(ref _settled), isForwarded: false, frame);

    /// <summary>Saves the state of a group into a message, if it has changed and its replica belongs on the silo of the channel.</summary>
    internal void Save(in WaitingGroup waiting, ReplicaChannel channel, ReplicaFrameWriter frame, List<SentGroup> sent)
    {
        GroupGrain grain = waiting.Grain;
        ReadOnlySpan<byte> key = grain.GrainContext.GrainId.Key.AsSpan();
        if (waiting.View != Volatile.Read(ref _view) && !channel.Silo.Equals(TargetOf(grain)))
        {
            Add(grain, waiting.Since);
            return;
        }

        if (!grain.Group.TryTakeReplica(Survive.Crash, _silo.Living.Clock, out GroupReplica replica)
            || (replica.State is null && !replica.Returned))
        {
            return;
        }

        Span<byte> name = key.Length < 256 ? stackalloc byte[key.Length + 1] : new byte[key.Length + 1];
        ReplicaFrameWriter.Name(grain.Scope, key, name);
        ReplicaFlags flags = (replica.CountsForAccount ? ReplicaFlags.CountsForAccount : ReplicaFlags.None)
            | (replica.Returned ? ReplicaFlags.Replaces : ReplicaFlags.None);
        frame.Add(new(name, replica.State, TimeSpan.Zero, replica.DecaysAt - replica.At, 0, flags));
        sent.Add(new(grain, waiting.Since, replica.Returned));
    }

    internal void OnSaved(int groups, long began)
    {
        TimeSpan took = _silo.Living.Clock.Time.GetElapsedTime(began);
        lock (_measured)
        {
            _pace.Add(groups, took);
        }
    }

    /// <summary>The groups of a message have a replica. Those that continued from one on this silo do not need that one any more.</summary>
    internal void OnAcknowledged(List<SentGroup> sent, int bytes, byte[]? earlier)
    {
        _counters.OnSent(sent.Count, bytes);
        foreach (SentGroup group in sent)
        {
            if (group.Grain.HasReplicaHere)
            {
                group.Grain.HasReplicaHere = false;
                _store.Remove(NameOf(group.Grain));
            }
        }

        if (earlier is not null)
        {
            EarlierStates.Merge(earlier, sent, _silo.Living, _counters, _views.Self);
        }
    }

    internal static byte[] NameOf(GroupGrain grain) => NameOf(grain.Scope, grain.GrainContext.GrainId.Key.AsSpan());

    internal static byte[] NameOf(Scope scope, string key) => NameOf(scope, Encoding.UTF8.GetBytes(key));

    private static byte[] NameOf(Scope scope, ReadOnlySpan<byte> key)
    {
        byte[] name = new byte[key.Length + 1];
        ReplicaFrameWriter.Name(scope, key, name);
        return name;
    }

    private Instant OldestChange => _channels.Values.Aggregate(_lastPass, (oldest, channel) => Instant.Min(oldest, channel.OldestChange));

    // Without another silo, a group keeps its changes. It is sent when a silo joins.
    internal void Add(GroupGrain grain, Instant since)
    {
        ReplicaView view = Volatile.Read(ref _view);
        if (view.TargetOf(AccountHash.OfGrain(grain.GrainContext.GrainId.Key), _views.Self) is { } target)
        {
            ChannelOf(target).Add(grain, since, view);
        }
    }

    private SiloAddress? TargetOf(GroupGrain grain) =>
        Volatile.Read(ref _view).TargetOf(AccountHash.OfGrain(grain.GrainContext.GrainId.Key), _views.Self);

    private ReplicaChannel ChannelOf(SiloAddress silo) => _channels.GetOrAdd(
        silo, static (silo, sender) => new(silo, sender._grains.GetGrain<ISiloGrain>(silo.ToParsableString()), sender), this);

    private void Change(ReplicaView view)
    {
        _resend.Add(
            _silo.Grains.Where(grain => grain.Group.IsLiving).Select(grain => (grain, AccountHash.OfGrain(grain.GrainContext.GrainId.Key))),
            _view, view);
        _forwarder.Add(_store.Orphans(view, _views.Self));
        Volatile.Write(ref _view, view);
        (_resentAt, _settled) = (null, 0);
        foreach (ReplicaChannel channel in _channels.Values.Where(channel => !view.Contains(channel.Silo)))
        {
            _channels.TryRemove(channel.Silo, out _);
            channel.Close();
        }
    }

    // When all groups have been sent by the current list, the silos that kept their replicas before are told so.
    private void Settle(Instant now)
    {
        _resentAt ??= _resend.Count == 0 ? now : null;
        if (_settled == 0 && _resentAt is { } resent && _channels.Values.All(channel => channel.OldestChange >= resent))
        {
            Interlocked.Exchange(ref _settled, _view.Fingerprint);
            foreach (SiloAddress silo in _view.List.Silos.Where(silo => !silo.Equals(_views.Self)))
            {
                _ = TellAsync(silo, ToMessage(NextSequence, new ReplicaFrameWriter().Take()));
            }
        }
    }

    private async Task TellAsync(SiloAddress silo, ReplicaMessage message)
    {
        try
        {
            await _grains.GetGrain<ISiloGrain>(silo.ToParsableString()).ReplicateAsync(message).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Every later message says it as well; without any, the replicas decay.
        }
    }
}
