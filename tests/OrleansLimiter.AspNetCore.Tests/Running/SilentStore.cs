namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>A store that is unavailable, or whose replies a test defines.</summary>
internal sealed class SilentStore : FakeBucketStore
{
    public Func<ValueTask<GroupReply>> OnAcquire { get; init; } = () => new(GroupReply.Unavailable());

    protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request) =>
        request.Operation.Acquires ? OnAcquire() : new(GroupReply.Unavailable());
}
