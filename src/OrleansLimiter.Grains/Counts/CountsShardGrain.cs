using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// Stores the counts of a shard. States are acknowledged when they are stored. Writes of one shard are at least a half of the interval
/// apart; states that arrive meanwhile share the next write.
/// </summary>
[GrainType(CountsShardStore.GrainTypeName)]
internal sealed class CountsShardGrain(IServiceProvider services, LimiterClock clock) : Grain, ICountsShardGrain
{
    private CountsOptions? _options;
    private CountsCounters? _counters;
    private CountsShardStore? _store;
    private List<CountsMessage> _waiting = [];
    private Task<bool>? _next;
    private Task<bool> _current = Task.FromResult(true);
    private TaskCompletionSource _urgent = new();
    private Instant _lastWrite = new(long.MinValue / 2);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _options = services.GetService<CountsOptions>();
        _counters = services.GetService<CountsCounters>();
        _store = services.GetKeyedService<IGrainStorage>(CountsOptions.StorageName) is { } storage
            ? new(storage, (int)this.GetPrimaryKeyLong(), clock) : null;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    // A silo without the storage cannot store anything; the others try again, and the grain moves when this silo stops.
    public async ValueTask<bool> StoreAsync(CountsMessage message)
    {
        if (_store is null || _options is null || ReplicaFrameReader.Check(message.Groups) is not null)
        {
            return false;
        }

        _waiting.Add(message);
        _next ??= WriteNextAsync();
        if (message.IsUrgent)
        {
            _urgent.TrySetResult();
        }

        return await _next;
    }

    private async Task<bool> WriteNextAsync()
    {
        await Task.Yield(); // so that the field is set first
        await _current;
        TimeSpan pause = _lastWrite + _options!.WritePeriod - clock.Now;
        if (pause > TimeSpan.Zero)
        {
            await Task.WhenAny(Task.Delay(pause, clock.Time), _urgent.Task);
        }

        (_current, _next, _urgent, _lastWrite) = (_next!, null, new(), clock.Now);
        List<CountsMessage> messages = _waiting;
        _waiting = [];
        return await WriteAsync(messages);
    }

    // Never throws.
    private async Task<bool> WriteAsync(List<CountsMessage> messages)
    {
        try
        {
            int tooLong = await _store!.StoreAsync(messages);
            _counters?.OnTooLong(tooLong);
            return true;
        }
        catch (Exception error)
        {
            _counters?.OnFailed((int)this.GetPrimaryKeyLong(), error);
            return false;
        }
    }
}
