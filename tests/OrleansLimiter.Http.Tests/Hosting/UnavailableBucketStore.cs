using OrleansLimiter.Testing;

namespace OrleansLimiter.Http.Tests;

/// <summary>A store that is unavailable, or whose replies a test defines.</summary>
internal sealed class UnavailableBucketStore : FakeBucketStore
{
    public Func<ValueTask<GroupReply>> OnAcquire { get; init; } = () => new(GroupReply.Unavailable());

    public override ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account) => throw Unavailable;

    public override ValueTask<int> ResetAsync(Account account) => throw Unavailable;

    protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request) =>
        request.Operation.Acquires ? OnAcquire() : new(GroupReply.Unavailable());

    private static BucketStoreUnavailableException Unavailable => new("1 of 3 silos did not answer");
}
