namespace OrleansLimiter;

/// <summary>
/// Where bucket groups live: in this process or in the grains of a cluster. An operation is one atomic step of its group.
/// No operation throws for an outage: the reply is <see cref="GroupOutcome.Unavailable"/>.
/// </summary>
public interface IBucketStore
{
    /// <summary>
    /// Whether every operation is complete when its call returns, so that no reply can be late or lost. Acquisitions in one group
    /// need no id then. Default: false.
    /// </summary>
    bool IsSynchronous => false;

    /// <summary>
    /// Acquires in one group where the reply is at hand, without the cost of a task and a reply: one rule, no id, nothing to
    /// note. Default: never at hand.
    /// </summary>
    /// <param name="key">The group.</param>
    /// <param name="rules">What each bucket enforces.</param>
    /// <param name="cost">Permits, 1 or more.</param>
    /// <param name="reading">The reading after it; of no meaning where the result is false.</param>
    /// <param name="hint">Where the result is false: what was found under the key, for <see cref="GroupRequest.Hint"/>.</param>
    /// <returns>Whether there is a reading. If not, nothing was acquired: call <see cref="Execute"/>.</returns>
    bool TryAcquire(in GroupKey key, GroupRules rules, int cost, out Reading reading, out object? hint)
    {
        (reading, hint) = (default, null);
        return false;
    }

    /// <summary>
    /// Executes the operations of one decision. A group that does not live comes to life only by an acquisition that is allowed.
    /// </summary>
    /// <param name="requests">One operation for each group, all valid; no group twice.</param>
    /// <param name="replies">
    /// Receives one reply for each request, in order; each is awaited once. They are apart, so that a known refusal need not wait
    /// for a silent group. As long as <paramref name="requests"/>.
    /// </param>
    void Execute(ReadOnlySpan<GroupRequest> requests, Span<ValueTask<GroupReply>> replies);

    /// <summary>Every living bucket of an account that still remembers something, under all policies. For administration.</summary>
    /// <exception cref="BucketStoreUnavailableException">Not all of them could be asked.</exception>
    ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account);

    /// <summary>Forgets everything that an account has consumed; the number of groups that were reset. For administration.</summary>
    /// <exception cref="BucketStoreUnavailableException">Not all of them could be asked; some may be reset. Doing it again is safe.</exception>
    ValueTask<int> ResetAsync(Account account);
}

/// <summary>Shorter forms of the calls of <see cref="IBucketStore"/>.</summary>
public static class BucketStoreExtensions
{
    /// <summary>Executes one operation.</summary>
    /// <param name="store">The store.</param>
    /// <param name="request">The operation and its group.</param>
    /// <returns>The reply, to be awaited once.</returns>
    public static ValueTask<GroupReply> ExecuteAsync(this IBucketStore store, in GroupRequest request)
    {
        ValueTask<GroupReply> reply = default;
        store.Execute(new ReadOnlySpan<GroupRequest>(in request), new Span<ValueTask<GroupReply>>(ref reply));
        return reply;
    }
}
