namespace OrleansLimiter.AspNetCore;

/// <summary>A store without counts. A limiter over it decides by <c>on-failure</c>.</summary>
internal sealed class UnreachableStore : IBucketStore
{
    public bool IsSynchronous => true;

    public void Execute(ReadOnlySpan<GroupRequest> requests, Span<ValueTask<GroupReply>> replies) =>
        replies.Fill(new(GroupReply.Unavailable()));

    public ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account) => throw Unavailable;

    public ValueTask<int> ResetAsync(Account account) => throw Unavailable;

    private static BucketStoreUnavailableException Unavailable => new("the counts are with the remote limiter");
}
