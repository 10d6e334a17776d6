using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Utilities;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// A versioned register in grain storage. It serves the last state that is known to be stored. If the outcome of a write is
/// unknown, the state does not change until the storage has been read again.
/// </summary>
/// <remarks>Two activations of one shard can exist for a moment. The version check of the storage lets only one of them write.</remarks>
[GrainType("overrides")]
public sealed partial class OverrideShardGrain(
    [PersistentState("overrides", "overrides")] IPersistentState<OverrideShardState> store, ILogger<OverrideShardGrain> log)
    : Grain, IOverrideShardGrain
{
    /// <summary>The duration of a subscription: 10 s, three renewal periods.</summary>
    public static readonly TimeSpan SubscribedFor = TimeSpan.FromSeconds(10);

    /// <summary>The period for reading a failed storage again: 2 s.</summary>
    public static readonly TimeSpan ReadAgainPeriod = TimeSpan.FromSeconds(2);

    private readonly ObserverManager<IOverrideObserver> _observers = new(SubscribedFor, log);
    private OverrideShardState _held = new();
    private IGrainTimer? _readAgain;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _held = store.State;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<RenewReply> RenewAsync(RenewMessage message)
    {
        _observers.Subscribe(message.Observer, message.Observer);
        return new(new RenewReply(_held.Version, _held.Version > message.Version ? _held.Content : null));
    }

    /// <inheritdoc/>
    public async ValueTask<SwapReply> SwapAsync(SwapMessage message)
    {
        if (_held.Version != message.Expected || message.Version <= message.Expected)
        {
            return Conflict();
        }

        try
        {
            store.State = new() { Version = message.Version, Content = message.Content };
            await store.WriteStateAsync();
            Hold(store.State);
            return new(SwapReply.Kept, _held.Version);
        }
        catch (Exception failure)
        {
            // The state with which a new activation would start.
            store.State = _held;
            LogUnwritten(failure, this.GetPrimaryKeyLong(), message.Version);
            return await SettleAsync(message, failure);
        }
    }

    // A failed write may have been stored, or another activation may have written. While that is unknown, the storage refuses the
    // next write, because its version differs.
    private async Task<SwapReply> SettleAsync(SwapMessage message, Exception failure) =>
        await ReadAgainAsync() is not null || _held.Version == message.Expected ? Unavailable(failure)
        : _held.Version == message.Version && _held.Content.AsSpan().SequenceEqual(message.Content) ? new(SwapReply.Kept, _held.Version)
        : Conflict();

    // Null if the storage was read; otherwise the exception, and the read is repeated periodically.
    private async Task<Exception?> ReadAgainAsync()
    {
        try
        {
            await store.ReadStateAsync();
        }
        catch (Exception failure)
        {
            _readAgain ??= this.RegisterGrainTimer(ReadAgainAsync, ReadAgainPeriod, ReadAgainPeriod);
            return failure;
        }

        _readAgain?.Dispose();
        _readAgain = null;
        if (store.State.Version != _held.Version)
        {
            Hold(store.State);
        }

        return null;
    }

    private void Hold(OverrideShardState state)
    {
        _held = state;
        var message = new ShardMessage((int)this.GetPrimaryKeyLong(), state.Version, state.Content);
        _observers.Notify(observer => observer.Changed(message));
    }

    private SwapReply Conflict() => new(SwapReply.Conflict, _held.Version, _held.Content);

    private SwapReply Unavailable(Exception failure) => new(SwapReply.Unavailable, _held.Version, reason: failure.Message);

    [LoggerMessage(60, LogLevel.Error, "Table {Shard} of overrides could not be written at version {Version}; the overrides in force stay")]
    private partial void LogUnwritten(Exception failure, long shard, uint version);
}
