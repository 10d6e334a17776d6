namespace OrleansLimiter.Cluster;

// The calls of front-ends of version 1. Silos are upgraded first, so version 2 supports them. Version 3 removes this folder and the
// folder of the same name in Grains.
public partial interface IGroupGrain
{
    /// <summary>Acquires or reserves. Newer front-ends call <see cref="ExecuteAsync"/>.</summary>
    [Alias("take"), ResponseTimeout(GrainCallTimeout.OfDecisions)]
    ValueTask<GroupReplyData> TakeAsync(TakeMessage message);

    /// <summary>Commits. Newer front-ends call <see cref="ExecuteAsync"/>.</summary>
    [Alias("confirm"), ResponseTimeout(GrainCallTimeout.OfDecisions)]
    ValueTask<GroupReplyData> ConfirmAsync(ConfirmMessage message);

    /// <summary>Cancels and reads. Newer front-ends call <see cref="ExecuteAsync"/>.</summary>
    [Alias("return"), ResponseTimeout(GrainCallTimeout.OfDecisions)]
    ValueTask<GroupReplyData> ReturnAsync(ReturnMessage message);

    /// <summary>Reads. Newer front-ends call <see cref="ExecuteAsync"/>.</summary>
    [Alias("read"), ResponseTimeout(GrainCallTimeout.OfDecisions)]
    ValueTask<GroupReplyData> ReadAsync(ReadMessage message);
}
