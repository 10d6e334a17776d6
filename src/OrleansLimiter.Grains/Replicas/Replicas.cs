using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Grains;

/// <summary>
/// Replicas: the states of groups that are kept in memory on another silo than their holder, from which they continue if the holder
/// crashes.
/// </summary>
public sealed partial class Replicas
{
    private readonly SiloGroupRegistry _silo;
    private readonly ReplicaStore _store;
    private readonly ReplicaViews _views;
    private readonly ReplicaRecovery _recovery;

    internal Replicas(
        SiloGroupRegistry silo, IGrainFactory grains, IHostingSilos hosting, IMeterFactory meters, ReplicaOptions options,
        Func<SiloAddress, bool> isStopping, ILogger<Replicas> log)
    {
        if (options.Interval > TimeSpan.Zero)
        {
            silo.Living.QueueChanges();
        }

        _silo = silo;
        _store = new(silo.Living);
        _views = new(hosting, SiloAddress.FromParsableString(silo.Name), silo.Living.Clock, isStopping);
        Counters = new(silo.Living.Clock, meters, _store, () => Sender!.Lag, log);
        _recovery = new(_store, _views, grains, silo.Living, Counters);
        Sender = new(silo, _views, _store, Counters, _recovery, grains, options);
    }

    /// <summary>The counters since the start.</summary>
    public ReplicaCounters Counters { get; }

    /// <summary>The number of replicas that this silo keeps.</summary>
    public long Count => _store.Count;

    /// <summary>The memory of these replicas in bytes, an estimate.</summary>
    public long Bytes => _store.Bytes;

    internal ReplicaSender Sender { get; }

    internal ReplicaStore Store => _store;

    /// <summary>Keeps the states of a message.</summary>
    internal ReplicaReply Receive(ReplicaMessage message)
    {
        Instant now = _silo.Living.Clock.Now;
        if (!TryParse(message.Owner, out SiloAddress? silo))
        {
            return Refuse(message, "it does not name its owner");
        }

        if (silo.Equals(_views.Self))
        {
            return Refuse(message, "it names this silo as the owner");
        }

        if (ReplicaFrameReader.Check(message.Groups) is { } error)
        {
            return Refuse(message, error);
        }

        if (_store.Owners.Of(silo, now) is not { } owner)
        {
            return new(ReplicaReply.NotHere);
        }

        lock (owner)
        {
            if (ReplicaFrameReader.IsEmpty(message.Groups))
            {
                owner.Settled = message.Settled; // can overtake another message
                return new(ReplicaReply.Accepted);
            }

            if (!message.IsForwarded && message.Sequence <= owner.LastSequence)
            {
                return Refuse(message, $"it has number {message.Sequence}, and number {owner.LastSequence} was received before");
            }

            (owner.LastSequence, owner.Settled) = message.IsForwarded
                ? (owner.LastSequence, owner.Settled) : (message.Sequence, message.Settled);
            return Keep(owner, message);
        }
    }

    /// <summary>Returns the replica of a group.</summary>
    internal FindReplicaReply Find(FindReplicaMessage message)
    {
        ReplicaView view = _views.Current;
        byte[]? state = null;
        if (message.Group is { Length: > 1 } && _store.TryFind(message.Group, out FoundReplica found))
        {
            Instant now = _silo.Living.Clock.Now;
            var frame = new ReplicaFrameWriter();
            frame.Add(new(
                message.Group, found.State, now - found.SavedAt, found.DecaysAt - now, 0,
                found.CountsForAccount ? ReplicaFlags.CountsForAccount : ReplicaFlags.None));
            state = frame.Take();
        }

        return new(isHere: true, state, view.Fingerprint, _store.HasOrphans(_views.HasFailed));
    }

    /// <summary>
    /// Continues a group that is not living from its replica, if there is one. Returns false if the next call must try again. Runs in a
    /// turn of the grain.
    /// </summary>
    internal ValueTask<bool> RecoverAsync(GroupGrain grain) => _recovery.RecoverAsync(grain);

    /// <summary>The grains with a key prefix that continue here from a replica when they are called.</summary>
    internal IEnumerable<(Scope Scope, string Key)> StartingWith(string prefix) =>
        _store.Count == 0 ? [] : _store.StartingWith(prefix, _views.Current, _views.Self);

    /// <summary>Discards the replicas of grains with a key prefix.</summary>
    internal void Discard(string prefix) => _store.Discard(prefix);

    private ReplicaReply Keep(ReplicaOwner owner, ReplicaMessage message)
    {
        ReplicaView view = _views.Current;
        var earlier = new ReplicaFrameWriter();
        var reader = new ReplicaFrameReader(message.Groups);
        int dropped = 0;
        while (reader.TryRead(out ReplicaRecord record))
        {
            ReplicaOutcome outcome = _store.Put(
                owner, message.Sequence - record.Behind, record, view, message.IsForwarded ? null : earlier);
            dropped += outcome == ReplicaOutcome.Full ? 1 : 0;
        }

        Counters.OnDropped(dropped);
        return new(ReplicaReply.Accepted, earlier.Count == 0 ? null : earlier.Take());
    }

    private ReplicaReply Refuse(ReplicaMessage message, string reason)
    {
        Counters.OnRefused(message.Owner is { Length: <= 100 } owner ? owner : "?", reason);
        return new(ReplicaReply.Refused);
    }

    private static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SiloAddress? silo)
    {
        try
        {
            silo = SiloAddress.FromParsableString(text);
            return true;
        }
        catch (Exception)
        {
            silo = null;
            return false;
        }
    }
}
