namespace OrleansLimiter.Testing;

/// <summary>A bucket store that executes each operation of a call separately, as defined by the test.</summary>
public abstract class FakeBucketStore : IBucketStore
{
    public void Execute(ReadOnlySpan<GroupRequest> requests, Span<ValueTask<GroupReply>> replies)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            replies[i] = ExecuteAsync(requests[i]);
        }
    }

    public virtual ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account) => throw new NotSupportedException();

    public virtual ValueTask<int> ResetAsync(Account account) => throw new NotSupportedException();

    /// <summary>Executes one operation.</summary>
    protected abstract ValueTask<GroupReply> ExecuteAsync(GroupRequest request);
}
