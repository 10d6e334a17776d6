using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Orleans.Storage;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// Sends the groups of this silo with <c>survive: restart</c> that have changed to the shards which store them, in passes and at a stop. A
/// decision never waits for it.
/// </summary>
internal sealed class CountsSender(
    SiloGroupRegistry silo, IGrainFactory grains, IGrainStorage storage, CountsOptions options, CountsCounters counters)
    : BackgroundService, ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>
    /// The shortest time between two passes, as a multiple of the duration of the last one: 20, so that they take at most 5 %.
    /// </summary>
    public const int IdlePerPass = 20;

    /// <summary>The size from which a message is sent without further states: 64 KiB.</summary>
    public const int MaxMessage = 1 << 16;

    // At a stop, an activation of another silo may write a shard at the same time.
    private const int MaxAttempts = 5;

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(10);

    private readonly SemaphoreSlim _passing = new(1);
    private readonly ConcurrentQueue<FinalState> _final = new();
    private TimeSpan _lastDuration;

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(CountsSender), ServiceLifecycleStage.Active, _ => Task.CompletedTask, StopPassAsync);

    /// <summary>Keeps the state of a group that ends because this silo stops, and that no other silo continues.</summary>
    public void Keep(GroupGrain grain, in GroupReplica state) => Keep(ReplicaSender.NameOf(grain), state);

    /// <summary>As the other overload, for a group with a name of <see cref="ReplicaSender"/>.</summary>
    public void Keep(byte[] name, in GroupReplica state)
    {
        if (state.State is not null)
        {
            _final.Enqueue(new(name, state));
        }
    }

    /// <summary>
    /// Stores the states that were kept. No grains are activated any more, so it writes the shards itself. Never throws.
    /// </summary>
    /// <param name="isComplete">Whether all states have been kept.</param>
    public Task StoreFinalAsync(Func<bool> isComplete) => WithinAsync(WriteFinalAsync(isComplete));

    private async Task WriteFinalAsync(Func<bool> isComplete)
    {
        Instant now = silo.Living.Clock.Now;
        while (!isComplete() && silo.Living.Clock.Now - now < options.StopTimeout / 2)
        {
            await Task.Delay(s_period).ConfigureAwait(false);
        }

        now = silo.Living.Clock.Now;
        var batches = new Dictionary<int, CountsBatch>();
        while (_final.TryDequeue(out FinalState? state))
        {
            CountsBatch.Of(batches, state.Name).Add(state.Name, state.State, now, replaces: true, grain: null);
        }

        await Task.WhenAll(batches.Select(batch => WriteAsync(batch.Key, Messages(batch.Value, isUrgent: true)))).ConfigureAwait(false);
    }

    /// <summary>One pass. Returns whether everything that had changed is stored.</summary>
    internal async Task<bool> PassAsync(bool isUrgent = false)
    {
        await _passing.WaitAsync().ConfigureAwait(false);
        try
        {
            Instant began = silo.Living.Clock.Now;
            Dictionary<int, CountsBatch> batches = Collect();
            _lastDuration = silo.Living.Clock.Now - began;
            bool[] stored = await Task.WhenAll(batches.Select(batch => SendAsync(batch.Key, batch.Value, isUrgent))).ConfigureAwait(false);
            if (stored.All(each => each))
            {
                counters.OnPassStored(batches.Values.Sum(batch => batch.Count), began);
                return true;
            }

            return false;
        }
        finally
        {
            _passing.Release();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            TimeSpan idle = IdlePerPass * _lastDuration;
            await Task.Delay(idle > options.WritePeriod ? idle : options.WritePeriod, silo.Living.Clock.Time, stoppingToken)
                .ConfigureAwait(false);
            try
            {
                await PassAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                counters.OnFailed(-1, error); // must not end the host: decisions do not need the storage
            }
        }
    }

    // Groups that were ended come first: a new group of the same key may have begun.
    private Dictionary<int, CountsBatch> Collect()
    {
        var batches = new Dictionary<int, CountsBatch>();
        while (silo.EndedForStorage.TryDequeue(out byte[]? name))
        {
            CountsBatch.Of(batches, name).AddEnded(name);
        }

        foreach (GroupGrain grain in silo.Grains)
        {
            if (!grain.Group.HasChangesForStorage
                || !grain.Group.TryTakeForStorage(Survive.Restart, silo.Living.Clock, out GroupReplica state)
                || (state.State is null && !(state.Returned && grain.IsStored)))
            {
                continue;
            }

            byte[] name = ReplicaSender.NameOf(grain);
            grain.IsStored = state.State is not null;
            CountsBatch.Of(batches, name).Add(name, state, state.At, state.Returned, grain);
        }

        return batches;
    }

    private async Task<bool> SendAsync(int shard, CountsBatch batch, bool isUrgent)
    {
        CountsMessage[] messages = Messages(batch, isUrgent);
        ICountsShardGrain grain = grains.GetGrain<ICountsShardGrain>(shard);
        try
        {
            bool[] stored = await Task.WhenAll(messages.Select(message => grain.StoreAsync(message).AsTask())).ConfigureAwait(false);
            if (stored.All(each => each))
            {
                return true;
            }
        }
        catch (Exception error)
        {
            counters.OnFailed(shard, error);
        }

        if (isUrgent && await WriteAsync(shard, messages).ConfigureAwait(false))
        {
            return true;
        }

        batch.Return(silo.EndedForStorage);
        return false;
    }

    // Never throws.
    private async Task<bool> WriteAsync(int shard, CountsMessage[] messages)
    {
        for (int attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            try
            {
                counters.OnTooLong(
                    await new CountsShardStore(storage, shard, silo.Living.Clock).StoreAsync(messages).ConfigureAwait(false));
                return true;
            }
            catch (InconsistentStateException) when (attempt < MaxAttempts)
            {
                // Another activation has written; the next attempt reads what it wrote.
            }
            catch (Exception error)
            {
                counters.OnFailed(shard, error);
                return false;
            }
        }

        return false;
    }

    private Task StopPassAsync(CancellationToken token) => WithinAsync(PassAsync(isUrgent: true));

    private async Task WithinAsync(Task task) =>
        await Task.WhenAny(task, Task.Delay(options.StopTimeout)).ConfigureAwait(false);

    private CountsMessage[] Messages(CountsBatch batch, bool isUrgent) =>
        [.. batch.Take().Select(frame => new CountsMessage(silo.Name, isUrgent, frame))];

    private sealed record FinalState(byte[] Name, GroupReplica State);
}
