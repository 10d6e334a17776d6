using Orleans;

namespace OrleansLimiter.Cluster;

// What front-ends of version 1 call. Silos are upgraded first, so version 2 still answers them; version 3 drops this folder and
// the one of the same name in Grains.
public partial interface IGroupGrain
{
    /// <summary>Acquires or reserves; <see cref="ExecuteAsync"/> for front-ends of version 1.</summary>
    [Alias("take"), ResponseTimeout(GrainCallTimeout.Value)]
    ValueTask<GroupReplyData> TakeAsync(TakeMessage message);

    /// <summary>Commits; <see cref="ExecuteAsync"/> for front-ends of version 1.</summary>
    [Alias("confirm"), ResponseTimeout(GrainCallTimeout.Value)]
    ValueTask<GroupReplyData> ConfirmAsync(ConfirmMessage message);

    /// <summary>Cancels, and reads; <see cref="ExecuteAsync"/> for front-ends of version 1.</summary>
    [Alias("return"), ResponseTimeout(GrainCallTimeout.Value)]
    ValueTask<GroupReplyData> ReturnAsync(ReturnMessage message);

    /// <summary>Reads; <see cref="ExecuteAsync"/> for front-ends of version 1.</summary>
    [Alias("read"), ResponseTimeout(GrainCallTimeout.Value)]
    ValueTask<GroupReplyData> ReadAsync(ReadMessage message);
}
