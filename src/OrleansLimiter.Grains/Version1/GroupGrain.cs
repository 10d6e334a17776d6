using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

// What front-ends of version 1 call; see IGroupGrain.
public abstract partial class GroupGrain
{
    /// <inheritdoc/>
    public ValueTask<GroupAnswer> TakeAsync(TakeMessage message) => new(Execute(message.ToOperation()));

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> ConfirmAsync(ConfirmMessage message) => new(Execute(message.ToOperation()));

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> ReturnAsync(ReturnMessage message) => new(Execute(message.ToOperation()));

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> ReadAsync(ReadMessage message) => new(Execute(message.ToOperation()));
}
