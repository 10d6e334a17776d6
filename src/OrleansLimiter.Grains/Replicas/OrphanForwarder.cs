namespace OrleansLimiter.Grains;

/// <summary>
/// Sends replicas whose owner has left to the silos that must keep them by the current list, at a bounded rate. They would be lost with
/// this silo otherwise, or not be found.
/// </summary>
internal sealed class OrphanForwarder(ReplicaStore store, IGrainFactory grains, LimiterClock clock)
{
    private const int MaxAttempts = 5;

    private readonly Lock _lock = new();
    private readonly Queue<(OrphanReplica Orphan, int Attempts)> _waiting = new();
    private bool _sending;

    /// <summary>Whether nothing waits or is being sent.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return !_sending && _waiting.Count == 0;
            }
        }
    }

    /// <summary>Replaces what waits by the orphans of a new list.</summary>
    public void Add(List<OrphanReplica> orphans)
    {
        lock (_lock)
        {
            _waiting.Clear();
            orphans.ForEach(orphan => _waiting.Enqueue((orphan, 0)));
        }
    }

    /// <summary>Begins to send what a time permits, if nothing is being sent.</summary>
    public void Pass(TimeSpan since)
    {
        lock (_lock)
        {
            if (_sending || _waiting.Count == 0)
            {
                return;
            }

            _sending = true;
            long due = since.Ticks * ReplicaResend<GroupGrain>.PerSecond / TimeSpan.TicksPerSecond;
            long most = Math.Clamp(due, 1, ReplicaChannel.MaxStates);
            List<(OrphanReplica Orphan, int Attempts)> batch = [];
            while (batch.Count < most && _waiting.TryDequeue(out (OrphanReplica Orphan, int Attempts) next))
            {
                batch.Add(next);
            }

            _ = Task.Run(() => SendAsync(batch));
        }
    }

    private async Task SendAsync(List<(OrphanReplica Orphan, int Attempts)> batch)
    {
        var messages = new Dictionary<(SiloAddress To, ushort Owner), Forward>();
        foreach ((OrphanReplica orphan, _) in batch)
        {
            if (store.TryFind(orphan.Name, out FoundReplica found))
            {
                Add(messages, orphan.First, orphan.Name, found);
                Add(messages, orphan.Second, orphan.Name, found);
            }
        }

        HashSet<byte[]> failed = [];
        await Task.WhenAll(messages.Select(async message =>
        {
            if (!await TrySendAsync(message.Key.To, message.Value).ConfigureAwait(false))
            {
                lock (failed)
                {
                    failed.UnionWith(message.Value.States.Select(state => state.Name));
                }
            }
        })).ConfigureAwait(false);
        Finish(batch, messages, failed);
    }

    private static void Add(
        Dictionary<(SiloAddress, ushort), Forward> messages, SiloAddress? to, byte[] name, in FoundReplica found)
    {
        if (to is not null)
        {
            if (!messages.TryGetValue((to, found.Owner), out Forward? forward))
            {
                messages[(to, found.Owner)] = forward = new();
            }

            forward.States.Add((name, found));
        }
    }

    private async Task<bool> TrySendAsync(SiloAddress to, Forward forward)
    {
        try
        {
            ReplicaMessage message = forward.ToMessage(store, clock.Now);
            ReplicaReply reply = await grains.GetGrain<ISiloGrain>(to.ToParsableString()).ReplicateAsync(message).ConfigureAwait(false);
            return reply.Outcome == ReplicaReply.Accepted;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private void Finish(
        List<(OrphanReplica Orphan, int Attempts)> batch, Dictionary<(SiloAddress, ushort), Forward> messages, HashSet<byte[]> failed)
    {
        var sequences = messages.Values.SelectMany(forward => forward.States).DistinctBy(state => state.Name)
            .ToDictionary(state => state.Name, state => state.Found.Sequence);
        lock (_lock)
        {
            foreach ((OrphanReplica orphan, int attempts) in batch)
            {
                if (failed.Contains(orphan.Name) && attempts < MaxAttempts)
                {
                    _waiting.Enqueue((orphan, attempts + 1));
                }
                else if (!orphan.IsKept && sequences.TryGetValue(orphan.Name, out long sequence) && !failed.Contains(orphan.Name))
                {
                    store.Remove(orphan.Name, sequence);
                }
            }

            _sending = false;
        }
    }

    private sealed class Forward
    {
        public List<(byte[] Name, FoundReplica Found)> States { get; } = [];

        public ReplicaMessage ToMessage(ReplicaStore store, Instant now)
        {
            var frame = new ReplicaFrameWriter();
            long newest = States.Max(state => state.Found.Sequence);
            foreach ((byte[] name, FoundReplica found) in States)
            {
                frame.Add(new(
                    name, found.State, now - found.SavedAt, found.DecaysAt - now, newest - found.Sequence,
                    found.CountsForAccount ? ReplicaFlags.CountsForAccount : ReplicaFlags.None));
            }

            string owner = store.Owners.Of(States[0].Found.Owner).Silo.ToParsableString();
            return new(owner, newest, settled: 0, isForwarded: true, frame.Take());
        }
    }
}
