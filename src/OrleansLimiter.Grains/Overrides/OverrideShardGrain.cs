using Microsoft.Extensions.Logging;
using Orleans.Utilities;

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

    /// <summary>The period for reading the storage again after an error: 2 s.</summary>
    public static readonly TimeSpan ReadAgainPeriod = TimeSpan.FromSeconds(2);

    private readonly ObserverManager<IOverrideObserver> _observers = new(SubscribedFor, log);
    private OverrideShardState _stored = new();
    private IGrainTimer? _readAgainTimer;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stored = store.State;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<RenewReply> RenewAsync(RenewMessage message)
    {
        _observers.Subscribe(message.Observer, message.Observer);
        return new(new RenewReply(_stored.Version, _stored.Version > message.Version ? _stored.Content : null));
    }

    /// <inheritdoc/>
    public async ValueTask<SwapReply> SwapAsync(SwapMessage message)
    {
        if (_stored.Version != message.Expected || message.Version <= message.Expected)
        {
            return Conflict();
        }

        try
        {
            store.State = new() { Version = message.Version, Content = message.Content };
            await store.WriteStateAsync();
            Publish(store.State);
            return new(SwapReply.Stored, _stored.Version);
        }
        catch (Exception failure)
        {
            store.State = _stored; // the write may have failed
            LogWriteFailed(failure, this.GetPrimaryKeyLong(), message.Version);
            return await ResolveAsync(message, failure);
        }
    }

    // The failed write may have been stored, or another activation may have written. While that is unknown, the storage refuses the
    // next write, because its version differs.
    private async Task<SwapReply> ResolveAsync(SwapMessage message, Exception failure) =>
        await ReadAgainAsync() is not null || _stored.Version == message.Expected ? Unavailable(failure)
        : _stored.Version == message.Version && _stored.Content.AsSpan().SequenceEqual(message.Content)
            ? new(SwapReply.Stored, _stored.Version)
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
            _readAgainTimer ??= this.RegisterGrainTimer(ReadAgainAsync, ReadAgainPeriod, ReadAgainPeriod);
            return failure;
        }

        _readAgainTimer?.Dispose();
        _readAgainTimer = null;
        if (store.State.Version != _stored.Version)
        {
            Publish(store.State);
        }

        return null;
    }

    private void Publish(OverrideShardState state)
    {
        _stored = state;
        var message = new ShardMessage((int)this.GetPrimaryKeyLong(), state.Version, state.Content);
        _observers.Notify(observer => observer.Changed(message));
    }

    private SwapReply Conflict() => new(SwapReply.Conflict, _stored.Version, _stored.Content);

    private SwapReply Unavailable(Exception failure) => new(SwapReply.Unavailable, _stored.Version, reason: failure.Message);

    [LoggerMessage(60, LogLevel.Error, "Table {Shard} of overrides could not be stored at version {Version}; the overrides in force stay")]
    private partial void LogWriteFailed(Exception failure, long shard, uint version);
}
