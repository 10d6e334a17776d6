using System.Collections.Concurrent;

namespace OrleansLimiter;

// The counts of the groups can be kept outside of the process.
public sealed partial class InProcessBucketStore
{
    private ConcurrentQueue<GroupKey>? _returned;

    /// <summary>All groups. They can be used meanwhile.</summary>
    internal IEnumerable<KeyValuePair<GroupKey, BucketGroupEntry>> Groups => _entries;

    /// <summary>
    /// Groups that were removed before <see cref="BucketGroupEntry.TakeState"/> reported that permits were returned to them. The queue
    /// is filled from the first call on.
    /// </summary>
    internal ConcurrentQueue<GroupKey> Returned => LazyInitializer.EnsureInitialized(ref _returned);

    /// <summary>Finds a group.</summary>
    internal bool TryFind(in GroupKey key, out BucketGroupEntry? entry) => _entries.TryGetValue(key, out entry);

    /// <summary>
    /// Continues a group of an earlier process, before the store is used. It counts against the bound on living groups. The first request
    /// enforces its own rules, because the generations of another process say nothing about the policies of this one.
    /// </summary>
    /// <param name="key">The key of the group.</param>
    /// <param name="state">The state (<see cref="GroupSnapshot"/>).</param>
    /// <param name="savedAt">The moment of the state, on the clock of this process.</param>
    /// <param name="countsForAccount">Whether the group counts against the bound of its account.</param>
    /// <param name="keeps">Which buckets are kept, by name.</param>
    /// <param name="rules">The pool of the rules of all groups.</param>
    /// <exception cref="FormatException">The bytes are damaged, or have an unsupported version. Nothing has changed.</exception>
    internal RestoreOutcome Restore(
        in GroupKey key, byte[] state, Instant savedAt, bool countsForAccount, Func<string, bool> keeps, RulesPool rules)
    {
        var entry = new BucketGroupEntry(new KeyOwner(key));
        RestoreOutcome outcome = entry.TryContinue(state, savedAt, countsForAccount, keeps, rules, Living);
        if (outcome == RestoreOutcome.Restored)
        {
            _entries[key] = entry;
        }

        return outcome;
    }
}
