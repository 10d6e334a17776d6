using System.Collections.Concurrent;

namespace OrleansLimiter.Grains;

/// <summary>
/// Continues the groups that are activated here from their replicas: the one on this silo, or otherwise those of the silos on which it can
/// be by the former lists.
/// </summary>
internal sealed class ReplicaRecovery(
    ReplicaStore store, ReplicaViews views, IGrainFactory grains, LivingGroups living, ReplicaCounters counters)
{
    /// <summary>
    /// The maximum time that a group waits for the replies of other silos: 50 ms, a quarter of the default deadline of a decision.
    /// </summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(50);

    private const int MaxBytesOnStack = 256;
    private static readonly TimeSpan s_notAgain = TimeSpan.FromSeconds(1);

    // The silos that have no replica of a silo which has failed, with the fingerprint of the list.
    private readonly ConcurrentDictionary<SiloAddress, long> _empty = new();

    // The silos whose calls have failed, until when they are not asked. They hang, or have an earlier version.
    private readonly ConcurrentDictionary<SiloAddress, Instant> _failing = new();

    private readonly ConcurrentDictionary<SiloAddress, Task> _probes = new();

    /// <summary>
    /// Continues a group that is not living from its replica, if there is one. Runs in a turn of the grain. Returns false if the next call
    /// must try again.
    /// </summary>
    public ValueTask<bool> RecoverAsync(GroupGrain grain)
    {
        ReadOnlySpan<byte> key = grain.GrainContext.GrainId.Key.AsSpan();
        Span<byte> name = key.Length < MaxBytesOnStack ? stackalloc byte[key.Length + 1] : new byte[key.Length + 1];
        ReplicaFrameWriter.Name(grain.Scope, key, name);
        if (store.TryFind(name, out FoundReplica found))
        {
            return new(TryContinue(grain, found));
        }

        SiloAddress[] candidates = CandidatesOf(AccountHash.OfGrain(key));
        return candidates.Length == 0 ? new(true) : new(AskAsync(grain, name.ToArray(), candidates));
    }

    /// <summary>
    /// Asks the silos on which replicas can be whether they have any, so that groups do not ask them in vain. Runs with each pass; does not
    /// wait.
    /// </summary>
    public void Probe()
    {
        foreach (SiloAddress silo in Array.FindAll(views.Candidates(), CanHaveReplica))
        {
            if (!_probes.TryGetValue(silo, out Task? probe) || probe.IsCompleted)
            {
                _probes[silo] = AskAsync(silo, new([]), []);
            }
        }
    }

    private SiloAddress[] CandidatesOf(ulong account)
    {
        SiloAddress[] candidates = views.CandidatesOf(account);
        return candidates.Length == 0 ? candidates : Array.FindAll(candidates, CanHaveReplica);
    }

    private bool CanHaveReplica(SiloAddress silo) =>
        (!_empty.TryGetValue(silo, out long view) || view != views.Current.Fingerprint)
        && (!_failing.TryGetValue(silo, out Instant until) || living.Clock.Now >= until);

    private async Task<bool> AskAsync(GroupGrain grain, byte[] name, SiloAddress[] candidates)
    {
        ConcurrentBag<byte[]> frames = [];
        Task asked = Task.WhenAll(candidates.Select(silo => AskAsync(silo, new(name), frames)));
        await Task.WhenAny(asked, Task.Delay(MaxWait, living.Clock.Time));
        if (frames.IsEmpty)
        {
            counters.OnFresh();
        }

        return frames.All(frame => TryContinue(grain, frame));
    }

    // Never throws.
    private async Task AskAsync(SiloAddress silo, FindReplicaMessage message, ConcurrentBag<byte[]> frames)
    {
        try
        {
            FindReplicaReply reply = await grains.GetGrain<ISiloGrain>(silo.ToParsableString()).FindReplicaAsync(message)
                .ConfigureAwait(false);
            if (reply.State is { } state)
            {
                frames.Add(state);
            }
            else if (reply is { IsHere: true, HasOthers: false } && reply.View == views.Current.Fingerprint)
            {
                _empty[silo] = reply.View;
            }
        }
        catch (Exception)
        {
            _failing[silo] = living.Clock.Now + s_notAgain; // the group starts without its replica
        }
    }

    private bool TryContinue(GroupGrain grain, byte[] frame)
    {
        var reader = new ReplicaFrameReader(frame);
        return !reader.TryRead(out ReplicaRecord record) || TryContinue(grain, Found(record));
    }

    private FoundReplica Found(in ReplicaRecord record)
    {
        Instant now = living.Clock.Now;
        return new(
            record.State.ToArray(), new(now.Ticks - record.Age.Ticks), now + record.Decay,
            (record.Flags & ReplicaFlags.CountsForAccount) != 0, Owner: 0, Sequence: 0);
    }

    private bool TryContinue(GroupGrain grain, in FoundReplica found)
    {
        try
        {
            if (!grain.Group.TryMerge(found.State, found.SavedAt, found.CountsForAccount, living))
            {
                return false; // it has ended, or the bound is reached
            }

            grain.IsRecovered = true;
            counters.OnRecovered();
        }
        catch (FormatException error)
        {
            counters.OnRefused(views.Self.ToParsableString(), $"a state of a bucket group cannot be read: {error.Message}");
        }

        return true;
    }
}
