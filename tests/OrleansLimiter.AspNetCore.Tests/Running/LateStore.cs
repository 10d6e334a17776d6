namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>A store in this process that replies after its call has returned, as a store over a network does.</summary>
internal sealed class LateStore(LimiterClock clock) : FakeBucketStore
{
    private readonly InProcessBucketStore _store = new(clock);
    private int _executed;

    /// <summary>What the replies wait for. The operations do not.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Waits until the store has executed an operation.</summary>
    public void AwaitOperation() => Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _executed) > 0, TimeSpan.FromMinutes(1)));

    protected override async ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
    {
        await Task.Yield();
        GroupReply reply = await _store.ExecuteAsync(request);
        Interlocked.Increment(ref _executed);
        await Gate;
        return reply;
    }
}
