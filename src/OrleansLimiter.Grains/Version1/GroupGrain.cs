namespace OrleansLimiter.Grains;

// The calls of front-ends of version 1; see IGroupGrain.
public abstract partial class GroupGrain
{
    /// <inheritdoc/>
    public ValueTask<GroupReplyData> TakeAsync(TakeMessage message) => new(Execute(message.ToOperation()));

    /// <inheritdoc/>
    public ValueTask<GroupReplyData> ConfirmAsync(ConfirmMessage message) => new(Execute(message.ToOperation()));

    /// <inheritdoc/>
    public ValueTask<GroupReplyData> ReturnAsync(ReturnMessage message) => new(Execute(message.ToOperation()));

    /// <inheritdoc/>
    public ValueTask<GroupReplyData> ReadAsync(ReadMessage message) => new(Execute(message.ToOperation()));
}
