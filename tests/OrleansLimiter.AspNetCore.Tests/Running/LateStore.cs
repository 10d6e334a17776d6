namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>A store in this process that replies after its call has returned, as a store over a network does.</summary>
internal sealed class LateStore(LimiterClock clock) : FakeBucketStore
{
    private readonly InProcessBucketStore _store = new(clock);

    /// <summary>What the replies wait for. The operations do not.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    protected override async ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
    {
        await Task.Yield();
        GroupReply reply = await _store.ExecuteAsync(request);
        await Gate;
        return reply;
    }
}
