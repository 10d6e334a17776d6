namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>A store with a fast path for groups that exist, which replies later otherwise.</summary>
internal sealed class QuickStore(LimiterClock clock) : FakeBucketStore, IBucketStore
{
    private readonly InProcessBucketStore _store = new(clock);

    public bool TryAcquire(in GroupKey key, GroupRules rules, int cost, out Reading reading, out object? hint) =>
        _store.TryAcquire(key, rules, cost, out reading, out hint);

    public bool TryAcquireAll(
        ReadOnlySpan<GroupKey> keys, ReadOnlySpan<GroupRules> rules, int cost, Span<Reading> readings, out bool allowed) =>
        _store.TryAcquireAll(keys, rules, cost, readings, out allowed);

    public async ValueTask<GroupReply[]?> AcquireAllAsync(ReadOnlyMemory<GroupRequest> requests)
    {
        await Task.Yield();
        return await _store.AcquireAllAsync(requests);
    }

    protected override async ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
    {
        await Task.Yield();
        return await _store.ExecuteAsync(request with { Hint = null });
    }
}
