namespace OrleansLimiter.Grains;

public sealed partial class Replicas
{
    /// <summary>Keeps a state that a silo of an earlier start of the cluster had held.</summary>
    internal ReplicaOutcome Keep(SiloAddress owner, in ReplicaRecord record) =>
        _store.Owners.Of(owner, _silo.Living.Clock.Now) is { } known
            ? _store.Put(known, sequence: 1, record, _views.Current)
            : ReplicaOutcome.Full;
}
