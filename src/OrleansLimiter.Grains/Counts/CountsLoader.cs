using System.Net;
using Orleans.Storage;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// Reads the stored counts at the start of a silo, before it is a member of the cluster, and keeps them as replicas of a silo that has
/// left. So groups continue from them as after a crash. If the storage cannot be read in time, the counts are merged later.
/// </summary>
internal sealed class CountsLoader(
    SiloGroupRegistry silo, Replicas replicas, IGrainStorage storage, CountsOptions options, CountsCounters counters)
    : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>The time between two attempts: 1 s.</summary>
    public static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);

    /// <summary>The owner of the replicas. No silo has this address.</summary>
    public static readonly SiloAddress Owner = SiloAddress.New(new IPEndPoint(IPAddress.Any, 0), 0);

    // After the storage providers have been initialized, and before grains are placed on this silo.
    private const int Stage = ServiceLifecycleStage.ApplicationServices + 100;

    private const int Parallel = 8;

    private readonly CancellationTokenSource _stopped = new();
    private readonly RulesPool _rules = new();

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(CountsLoader), Stage, StartAsync, _ => _stopped.CancelAsync());

    /// <summary>Reads all shards, and waits for it for a bounded time.</summary>
    internal async Task StartAsync(CancellationToken token)
    {
        Task loaded = LoadAllAsync();
        await Task.WhenAny(loaded, Task.Delay(options.LoadTimeout, token)).ConfigureAwait(false);
        if (!loaded.IsCompleted)
        {
            counters.OnLate(options.LoadTimeout);
        }
    }

    /// <summary>Reads all shards; those that fail are read again until they can be read.</summary>
    internal async Task LoadAllAsync()
    {
        Instant began = silo.Living.Clock.Now;
        var waiting = new Queue<int>(Enumerable.Range(0, CountsShardStore.Shards));
        (int groups, int overBound) = (0, 0);
        while (waiting.Count > 0 && !_stopped.IsCancellationRequested)
        {
            int[] batch = [.. Enumerable.Range(0, Math.Min(Parallel, waiting.Count)).Select(_ => waiting.Dequeue())];
            List<byte[]>?[] read = await Task.WhenAll(batch.Select(ReadAsync)).ConfigureAwait(false);
            for (int i = 0; i < batch.Length; i++)
            {
                if (read[i] is not { } parts)
                {
                    waiting.Enqueue(batch[i]);
                    continue;
                }

                (int kept, int full) = Keep(batch[i], parts);
                (groups, overBound) = (groups + kept, overBound + full);
            }

            if (Array.TrueForAll(read, parts => parts is null))
            {
                await Task.Delay(RetryPeriod, silo.Living.Clock.Time, _stopped.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        counters.OnLoaded(groups, overBound, silo.Living.Clock.Now - began);
    }

    // Null if the storage failed.
    private async Task<List<byte[]>?> ReadAsync(int shard)
    {
        try
        {
            return await new CountsShardStore(storage, shard, silo.Living.Clock).ReadAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            counters.OnFailed(shard, error);
            return null;
        }
    }

    private (int Kept, int OverBound) Keep(int shard, List<byte[]> parts)
    {
        (int kept, int overBound) = (0, 0);
        Dictionary<string, GroupGrain>? living = silo.ActiveGrains == 0 ? null
            : silo.Grains.DistinctBy(NameOf).ToDictionary(NameOf);
        foreach (byte[] part in parts)
        {
            try
            {
                ReadOnlySpan<byte> frame = CountsPartFormat.Read(part, silo.Living.Clock.UtcNow, out TimeSpan elapsed);
                var reader = new ReplicaFrameReader(frame);
                while (reader.TryRead(out ReplicaRecord record))
                {
                    ReplicaOutcome? outcome = Keep(record, elapsed, living);
                    kept += outcome is not null ? 1 : 0;
                    overBound += outcome == ReplicaOutcome.Full ? 1 : 0;
                }
            }
            catch (Exception error) when (error is FormatException or NotSupportedException)
            {
                counters.OnUnreadable(shard, error);
            }
        }

        return (kept, overBound);
    }

    // Null if the state has decayed.
    private ReplicaOutcome? Keep(in ReplicaRecord record, TimeSpan elapsed, Dictionary<string, GroupGrain>? living)
    {
        Instant now = silo.Living.Clock.Now;
        bool counts = (record.Flags & ReplicaFlags.CountsForAccount) != 0;
        if (record.Decay <= elapsed
            || GroupSnapshot.WithoutGenerations(record.State.ToArray(), now - record.Age - elapsed, now, _rules) is not { } state)
        {
            return null;
        }

        // The group may have begun without its counts meanwhile.
        if (living?.GetValueOrDefault(Convert.ToBase64String(record.Group)) is { } grain)
        {
            grain.Group.TryMerge(state, now, counts, silo.Living);
        }

        return replicas.Keep(Owner, new(
            record.Group, state, TimeSpan.Zero, record.Decay - elapsed, 0, counts ? ReplicaFlags.CountsForAccount : ReplicaFlags.None));
    }

    private static string NameOf(GroupGrain grain) => Convert.ToBase64String(ReplicaSender.NameOf(grain));
}
