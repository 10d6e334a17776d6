namespace OrleansLimiter.AspNetCore;

/// <summary>A request that waits for the decision of a remote limiter, until its deadline.</summary>
internal sealed class RemoteCheck : PendingCall
{
    // The code behind a decision does not run on the thread that reads the answers of others.
    private readonly TaskCompletionSource<RemoteDecision?> _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates a request.</summary>
    /// <param name="policy">The name of the policy.</param>
    /// <param name="account">The account that is limited.</param>
    /// <param name="json">The request as an item of a batch.</param>
    /// <param name="due">The timestamp of the deadline.</param>
    public RemoteCheck(string policy, Account account, byte[] json, long due) =>
        (Policy, Account, Json, Due) = (policy, account, json, due);

    public string Policy { get; }

    public Account Account { get; }

    public byte[] Json { get; }

    /// <summary>The decision; null if <c>on-failure</c> decides.</summary>
    public Task<RemoteDecision?> Decided => _decided.Task;

    /// <summary>Sets the decision, unless the deadline has passed.</summary>
    public void Decide(RemoteDecision decision) => _decided.TrySetResult(decision);

    /// <inheritdoc/>
    public override void GiveUp() => _decided.TrySetResult(null);
}
