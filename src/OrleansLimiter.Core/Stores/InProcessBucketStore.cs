using System.Runtime.CompilerServices;

namespace OrleansLimiter;

/// <summary>
/// A store that keeps its bucket groups in the memory of this process. A group is found without a lock and executes operations
/// under a lock of its own, so keys do not block each other. Every operation completes synchronously.
/// </summary>
public sealed partial class InProcessBucketStore : IBucketStore, IDisposable
{
    private readonly StripedDictionary<GroupKey, BucketGroupEntry> _entries = new();
    private readonly LimiterClock _clock;

    /// <summary>Creates an empty store.</summary>
    /// <param name="clock">The limiter's clock; the sweep's timer runs on it as well.</param>
    /// <param name="maxGroups">The bound on the number of living groups, 1 or more.</param>
    /// <param name="maxGroupMemory">
    /// The bound on the estimated memory of living groups in bytes, 1 or more; null for <see cref="LivingGroups.DefaultMaxBytes"/>.
    /// </param>
    public InProcessBucketStore(LimiterClock clock, int maxGroups = LivingGroups.DefaultMax, long? maxGroupMemory = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxGroups, 1);
        (_clock, Living) = (clock, new(clock, maxGroups, Sweep, maxGroupMemory));
    }

    /// <summary>The living groups, their bound and their sweep.</summary>
    public LivingGroups Living { get; }

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)] // keeps its locals out of the frame of the caller
    public bool TryAcquire(in GroupKey key, GroupRules rules, int cost, out Reading reading, out object? hint)
    {
        if (!_entries.TryGetValue(key, out BucketGroupEntry? entry))
        {
            (reading, hint) = (default, null);
            return false;
        }

        bool acquired = entry.TryAcquire(rules, cost, Living, out reading);
        hint = acquired ? null : entry;
        return acquired;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryAcquireAll(
        ReadOnlySpan<GroupKey> keys, ReadOnlySpan<GroupRules> rules, int cost, Span<Reading> readings, out bool allowed)
    {
        GroupEntries found = default;
        return keys.Length <= GroupKeys.Length
            ? TryAcquireAll(keys, rules, cost, readings, found[..keys.Length], out allowed)
            : TryAcquireMany(keys, rules, cost, readings, out allowed);
    }

    /// <inheritdoc/>
    public ValueTask<GroupReply[]?> AcquireAllAsync(ReadOnlyMemory<GroupRequest> acquisitions)
    {
        ReadOnlySpan<GroupRequest> requests = acquisitions.Span;
        if (requests.Length > GroupKeys.MaxTogether)
        {
            return default;
        }

        var replies = new GroupReply[requests.Length];
        GroupEntries few = default;
        int count = requests.Length;
        Span<BucketGroupEntry> entries = count <= GroupKeys.Length ? few[..count] : new BucketGroupEntry[count];
        do
        {
            for (int i = 0; i < requests.Length; i++)
            {
                entries[i] = _entries.GetOrAdd(requests[i].Key, static key => new(new KeyOwner(key)));
            }

            bool executed = BucketGroupEntry.TryExecuteJoint(entries, requests, Living, replies);
            if (executed || !RemoveEnded(requests, entries))
            {
                RemoveUnused(requests, entries);
                return new(executed ? replies : null);
            }
        }
        while (true);
    }

    /// <inheritdoc/>
    public void Execute(ReadOnlySpan<GroupRequest> requests, Span<ValueTask<GroupReply>> replies)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            replies[i] = new(Execute(requests[i]));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account)
    {
        var usage = new List<BucketUsage>();
        foreach ((GroupKey key, BucketGroupEntry entry) in EntriesOf(account))
        {
            usage.AddRange(entry.Usage(_clock).Select(used => new BucketUsage(key, used.Bucket, used.Rule, used.Reading)));
        }

        return new(usage);
    }

    /// <inheritdoc/>
    public ValueTask<int> ResetAsync(Account account) => new(EntriesOf(account).Count(pair => pair.Value.Reset(Living)));

    /// <summary>Stops the sweep.</summary>
    public void Dispose() => Living.Dispose();

    private bool TryAcquireAll(
        ReadOnlySpan<GroupKey> keys, ReadOnlySpan<GroupRules> rules, int cost, Span<Reading> readings, Span<BucketGroupEntry> entries,
        out bool allowed)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            if (!_entries.TryGetValue(keys[i], out entries[i]!))
            {
                allowed = false;
                return false;
            }
        }

        return BucketGroupEntry.TryAcquireJoint(entries, rules, cost, Living, readings, out allowed);
    }

    // The groups of several requests.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAcquireMany(
        ReadOnlySpan<GroupKey> keys, ReadOnlySpan<GroupRules> rules, int cost, Span<Reading> readings, out bool allowed)
    {
        allowed = false;
        return keys.Length <= GroupKeys.MaxTogether
            && TryAcquireAll(keys, rules, cost, readings, new BucketGroupEntry[keys.Length], out allowed);
    }

    private GroupReply Execute(in GroupRequest request)
    {
        BucketGroupEntry? entry = (BucketGroupEntry?)request.Hint;
        while (true)
        {
            if (entry is null && !_entries.TryGetValue(request.Key, out entry))
            {
                if (TryOpen(request, out GroupReply first))
                {
                    return first;
                }
            }
            else if (entry.TryExecute(request.Operation, Living, out GroupReply reply))
            {
                return reply;
            }
            else
            {
                // The sweep has ended this group but has not removed it yet. Remove it here, so that a new group can replace it.
                Remove(request.Key, entry);
            }

            entry = null;
        }
    }

    // Executes the operation on a new group, and adds the group if it is living afterwards. False if another thread added one first.
    private bool TryOpen(in GroupRequest request, out GroupReply reply)
    {
        var entry = new BucketGroupEntry(new KeyOwner(request.Key));
        entry.TryExecute(request.Operation, Living, out reply);
        if (!entry.IsLiving)
        {
            bool atBound = (reply.Notes & (GroupNotes.TooManyGroups | GroupNotes.TooManyGroupsOfAccount)) != 0;
            return !atBound || !_entries.ContainsKey(request.Key);
        }

        if (_entries.TryAdd(request.Key, entry))
        {
            return true;
        }

        entry.End(Living);
        return false;
    }

    // The sweep has ended these groups but has not removed them yet. New groups can then replace them.
    private bool RemoveEnded(ReadOnlySpan<GroupRequest> requests, ReadOnlySpan<BucketGroupEntry> entries)
    {
        bool any = false;
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i].HasEnded)
            {
                Remove(requests[i].Key, entries[i]);
                any = true;
            }
        }

        return any;
    }

    // Groups that were added for an acquisition which was not allowed. Another thread may use one of them at the same time.
    private void RemoveUnused(ReadOnlySpan<GroupRequest> requests, ReadOnlySpan<BucketGroupEntry> entries)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            if (!entries[i].IsLiving && entries[i].TryEndUnused())
            {
                Remove(requests[i].Key, entries[i]);
            }
        }
    }

    // Removes only this entry: the key may have a newer group already.
    private void Remove(in GroupKey key, BucketGroupEntry entry)
    {
        if (_entries.TryRemove(new(key, entry)) && entry.HasReturned)
        {
            _returned?.Enqueue(key);
        }
    }

    private IEnumerable<KeyValuePair<GroupKey, BucketGroupEntry>> EntriesOf(Account account) =>
        _entries.Where(pair => pair.Key.Account == account);

    private void Sweep()
    {
        foreach ((GroupKey key, BucketGroupEntry entry) in _entries)
        {
            if (entry.TryEnd(Living))
            {
                Remove(key, entry);
            }
        }
    }
}
