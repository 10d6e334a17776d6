namespace OrleansLimiter;

/// <summary>
/// Stores bucket groups, in this process or in the grains of a cluster. An operation is atomic within its group. An outage does
/// not throw: the reply is <see cref="GroupOutcome.Unavailable"/>.
/// </summary>
public interface IBucketStore
{
    /// <summary>
    /// Whether every operation completes before its call returns, so that a reply is never late or lost. An acquisition in one group
    /// then needs no id. Default: false.
    /// </summary>
    bool IsSynchronous => false;

    /// <summary>
    /// The fast path of an acquisition in one group: one rule, no id, no notes, and a result without a task. The default
    /// implementation always returns false.
    /// </summary>
    /// <param name="key">The group.</param>
    /// <param name="rules">The rule of the bucket.</param>
    /// <param name="cost">The number of permits, 1 or more.</param>
    /// <param name="reading">The reading after the acquisition; undefined if the result is false.</param>
    /// <param name="hint">
    /// If the result is false: the value for <see cref="GroupRequest.Hint"/>, so that the key is looked up only once.
    /// </param>
    /// <returns>Whether there is a reading. If not, nothing was acquired: call <see cref="Execute"/>.</returns>
    bool TryAcquire(in GroupKey key, GroupRules rules, int cost, out Reading reading, out object? hint)
    {
        (reading, hint) = (default, null);
        return false;
    }

    /// <summary>
    /// The fast path of an acquisition in all groups of a request, or of several requests, or in none: no id, no notes, and a result
    /// without a task. The default implementation always returns false.
    /// </summary>
    /// <param name="keys">
    /// The groups, in the order of their scopes; no group twice. Several requests can have groups of one scope, in the order of their keys.
    /// </param>
    /// <param name="rules">The rules of each group. Those of several requests together can have a cost for each rule.</param>
    /// <param name="cost">The number of permits, 1 or more.</param>
    /// <param name="readings">
    /// Receives one reading for each rule, group after group; undefined if the result is false. The length is the number of rules.
    /// </param>
    /// <param name="allowed">Whether all buckets admitted the cost. If not, no permits were acquired.</param>
    /// <returns>Whether there are readings. If not, nothing was acquired: call <see cref="AcquireAllAsync"/>.</returns>
    bool TryAcquireAll(
        ReadOnlySpan<GroupKey> keys, ReadOnlySpan<GroupRules> rules, int cost, Span<Reading> readings, out bool allowed)
    {
        allowed = false;
        return false;
    }

    /// <summary>
    /// Acquires permits in all groups of a request, or of several requests, or in none, if that completes before the call returns. The
    /// acquisition can then not be late, and needs no id. The default implementation always returns false.
    /// </summary>
    /// <param name="requests">A valid acquisition for each group, as for <see cref="AcquireAllAsync"/>; one group is possible.</param>
    /// <param name="replies">
    /// Receives one reply for each request; undefined if the result is false. The length is that of <paramref name="requests"/>.
    /// </param>
    /// <returns>Whether there are replies. If not, nothing was acquired: call <see cref="AcquireAllAsync"/>.</returns>
    bool TryAcquireAll(ReadOnlySpan<GroupRequest> requests, Span<GroupReply> replies) => false;

    /// <summary>
    /// Acquires permits in all groups of a request, or of several requests, or in none, in one atomic step. The default implementation
    /// always returns null.
    /// </summary>
    /// <param name="requests">
    /// A valid acquisition for each group, all with the same id and cost, in the order of the groups' scopes; no group twice. Several
    /// requests can have groups of one scope, in the order of their keys. They must not be changed afterwards.
    /// </param>
    /// <returns>
    /// One reply for each request, in order. Null if the groups cannot decide in one step, for example because they are in different
    /// processes; then nothing was acquired: reserve in each group by <see cref="Execute"/>. It must be awaited exactly once.
    /// </returns>
    ValueTask<GroupReply[]?> AcquireAllAsync(ReadOnlyMemory<GroupRequest> requests) => default;

    /// <summary>
    /// Executes the operations of one decision. Only an allowed acquisition creates a group.
    /// </summary>
    /// <param name="requests">One operation for each group, all valid; no group twice.</param>
    /// <param name="replies">
    /// Receives one reply for each request, in order. Each must be awaited exactly once. The replies complete independently, so
    /// that a refusal does not wait for a group that does not reply. The length is that of <paramref name="requests"/>.
    /// </param>
    void Execute(ReadOnlySpan<GroupRequest> requests, Span<ValueTask<GroupReply>> replies);

    /// <summary>Reads every bucket of an account that has not decayed, under all policies. For administration.</summary>
    /// <exception cref="BucketStoreUnavailableException">At least one part of the store did not reply.</exception>
    ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account);

    /// <summary>Resets all groups of an account. For administration.</summary>
    /// <returns>The number of groups that were reset.</returns>
    /// <exception cref="BucketStoreUnavailableException">
    /// At least one part of the store did not reply; other groups may be reset. Calling again is safe.
    /// </exception>
    ValueTask<int> ResetAsync(Account account);
}

/// <summary>Extension methods of <see cref="IBucketStore"/>.</summary>
public static class BucketStoreExtensions
{
    /// <summary>Executes one operation.</summary>
    /// <param name="store">The store.</param>
    /// <param name="request">The operation and its group.</param>
    /// <returns>The reply. It must be awaited exactly once.</returns>
    public static ValueTask<GroupReply> ExecuteAsync(this IBucketStore store, in GroupRequest request)
    {
        ValueTask<GroupReply> reply = default;
        store.Execute(new ReadOnlySpan<GroupRequest>(in request), new Span<ValueTask<GroupReply>>(ref reply));
        return reply;
    }
}
