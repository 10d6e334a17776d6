namespace OrleansLimiter.Grains;

// The calls of front-ends of version 1; see IGroupGrain.
public abstract partial class GroupGrain
{
    /// <inheritdoc/>
    public ValueTask<GroupReplyData> TakeAsync(TakeMessage message) => ExecuteAsync(message.ToOperation());

    /// <inheritdoc/>
    public ValueTask<GroupReplyData> ConfirmAsync(ConfirmMessage message) => ExecuteAsync(message.ToOperation());

    /// <inheritdoc/>
    public ValueTask<GroupReplyData> ReturnAsync(ReturnMessage message) => ExecuteAsync(message.ToOperation());

    /// <inheritdoc/>
    public ValueTask<GroupReplyData> ReadAsync(ReadMessage message) => ExecuteAsync(message.ToOperation());
}
