namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>A store in this process that replies after its call has returned, as a store over a network does.</summary>
internal sealed class LateStore(LimiterClock clock) : FakeBucketStore
{
    private readonly InProcessBucketStore _store = new(clock);

    protected override async ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
    {
        await Task.Yield();
        return await _store.ExecuteAsync(request);
    }
}
