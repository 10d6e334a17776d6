using System.Runtime.CompilerServices;

namespace OrleansLimiter.Cluster;

// Acquisitions in several groups. The groups of one request fit into values without an allocation; those of several requests may not.
public sealed partial class ClusterBucketStore
{
    /// <inheritdoc/>
    public bool TryAcquireAll(
        ReadOnlySpan<GroupKey> keys, ReadOnlySpan<GroupRules> rules, int cost, Span<Reading> readings, out bool allowed)
    {
        if (keys.Length > GroupKeys.Length)
        {
            return TryAcquireMany(keys, rules, cost, readings, out allowed);
        }

        GroupLocations found = default;
        GroupEntries entries = default;
        return TryAcquireAll(keys, rules, cost, readings, found[..keys.Length], entries[..keys.Length], out allowed);
    }

    /// <inheritdoc/>
    public bool TryAcquireAll(ReadOnlySpan<GroupRequest> requests, Span<GroupReply> replies)
    {
        if (_local is null || requests.Length > GroupKeys.MaxTogether || _local.Living.MustWait)
        {
            return false;
        }

        GroupLocations fewGroups = default;
        GroupEntries fewEntries = default;
        int count = requests.Length;
        Span<GroupLocation> groups = count <= GroupKeys.Length ? fewGroups[..count] : new GroupLocation[count];
        Span<BucketGroupEntry> entries = count <= GroupKeys.Length ? fewEntries[..count] : new BucketGroupEntry[count];
        if (!TryFind(requests, groups) || !TryGetLocal(groups, entries) || !TryExecuteLocal(requests, groups, entries, replies))
        {
            return false;
        }

        _counters!.OnReply(requests, replies);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<GroupReply[]?> AcquireAllAsync(ReadOnlyMemory<GroupRequest> requests)
    {
        int count = requests.Length;
        if (count > GroupKeys.MaxTogether)
        {
            return default;
        }

        GroupLocations fewGroups = default;
        Span<GroupLocation> groups = count <= GroupKeys.Length ? fewGroups[..count] : new GroupLocation[count];
        if (!TryFind(requests.Span, groups))
        {
            return _acquisitions.AcquireAsync(requests, _locator);
        }

        GroupEntries fewEntries = default;
        Span<BucketGroupEntry> entries = count <= GroupKeys.Length ? fewEntries[..count] : new BucketGroupEntry[count];
        if (TryGetLocal(groups, entries))
        {
            return _local!.Living.MustWait ? AcquireLaterAsync(requests) : AcquireLocalAsync(requests, groups, entries);
        }

        foreach (GroupLocation group in groups)
        {
            if (group.Channel is not { SupportsJoint: true } channel || channel != groups[0].Channel)
            {
                return default;
            }
        }

        // The fast path does this for limits whose bucket names are fixed.
        return groups[0].JointRefusal?.TryRepeat(groups, requests.Span, _clock.Now) is { } refusal
            ? new(refusal)
            : groups[0].Channel!.AcquireAllAsync(requests, groups);
    }

    private static bool TryGetLocal(ReadOnlySpan<GroupLocation> groups, Span<BucketGroupEntry> entries)
    {
        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i].Local is not { } local)
            {
                return false;
            }

            entries[i] = local;
        }

        return true;
    }

    private bool TryAcquireAll(
        ReadOnlySpan<GroupKey> keys, ReadOnlySpan<GroupRules> rules, int cost, Span<Reading> readings,
        Span<GroupLocation> groups, Span<BucketGroupEntry> entries, out bool allowed)
    {
        allowed = false;
        for (int i = 0; i < keys.Length; i++)
        {
            if (_locator.Find(keys[i]) is not { } group)
            {
                return false;
            }

            groups[i] = group;
        }

        if (!TryGetLocal(groups, entries))
        {
            return groups[0].JointRefusal?.TryRepeat(groups, rules, cost, _clock.Now, readings) == true;
        }

        bool executed = LockOrder.IsNeeded(keys)
            ? TryAcquireOrdered(keys, groups, entries, rules, cost, readings, out allowed)
            : BucketGroupEntry.TryAcquireJoint(entries, rules, cost, _local!.Living, readings, out allowed);
        _counters!.OnAcquire(executed, keys, allowed);
        return executed;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAcquireMany(
        ReadOnlySpan<GroupKey> keys, ReadOnlySpan<GroupRules> rules, int cost, Span<Reading> readings, out bool allowed)
    {
        allowed = false;
        return keys.Length <= GroupKeys.MaxTogether && TryAcquireAll(
            keys, rules, cost, readings, new GroupLocation[keys.Length], new BucketGroupEntry[keys.Length], out allowed);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAcquireOrdered(
        ReadOnlySpan<GroupKey> keys, ReadOnlySpan<GroupLocation> groups, ReadOnlySpan<BucketGroupEntry> entries,
        ReadOnlySpan<GroupRules> rules, int cost, Span<Reading> readings, out bool allowed)
    {
        Span<(Scope, long)> numbers = stackalloc (Scope, long)[GroupKeys.MaxTogether];
        Span<int> order = stackalloc int[GroupKeys.MaxTogether];
        for (int i = 0; i < keys.Length; i++)
        {
            numbers[i] = (keys[i].Scope, groups[i].Number);
        }

        allowed = false;
        return LockOrder.TrySort(numbers[..keys.Length], order)
            && BucketGroupEntry.TryAcquireJoint(entries, rules, cost, _local!.Living, readings, out allowed, order);
    }

    private bool TryFind(ReadOnlySpan<GroupRequest> requests, Span<GroupLocation> groups)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            if (_locator.Find(requests[i].Key) is not { } group)
            {
                return false;
            }

            groups[i] = group;
        }

        return true;
    }

    private bool TryExecuteLocal(
        ReadOnlySpan<GroupRequest> requests, ReadOnlySpan<GroupLocation> groups, ReadOnlySpan<BucketGroupEntry> entries,
        Span<GroupReply> replies)
    {
        if (!LockOrder.IsNeeded(requests))
        {
            return BucketGroupEntry.TryExecuteJoint(entries, requests, _local!.Living, replies);
        }

        Span<(Scope, long)> numbers = stackalloc (Scope, long)[GroupKeys.MaxTogether];
        Span<int> order = stackalloc int[GroupKeys.MaxTogether];
        for (int i = 0; i < requests.Length; i++)
        {
            numbers[i] = (requests[i].Key.Scope, groups[i].Number);
        }

        return LockOrder.TrySort(numbers[..requests.Length], order)
            && BucketGroupEntry.TryExecuteJoint(entries, requests, _local!.Living, replies, order);
    }

    private ValueTask<GroupReply[]?> AcquireLocalAsync(
        ReadOnlyMemory<GroupRequest> requests, ReadOnlySpan<GroupLocation> groups, ReadOnlySpan<BucketGroupEntry> entries)
    {
        var replies = new GroupReply[requests.Length];
        if (TryExecuteLocal(requests.Span, groups, entries, replies))
        {
            _counters!.OnReply(requests.Span, replies);
            return new(replies);
        }

        bool ended = false;
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i].HasEnded)
            {
                _locator.Remove(requests.Span[i].Key, groups[i]);
                ended = true;
            }
        }

        return ended ? _acquisitions.AcquireAsync(requests, _locator) : default;
    }

    private async ValueTask<GroupReply[]?> AcquireLaterAsync(ReadOnlyMemory<GroupRequest> requests)
    {
        await _local!.Living.WaitAsync().ConfigureAwait(false);
        return await AcquireAllAsync(requests).ConfigureAwait(false);
    }
}
