using System.Collections.Concurrent;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Locates the groups of a front-end, from the replies of their grains. A location may be out of date: the grain is then called,
/// and its reply contains the new location.
/// </summary>
internal sealed class GroupLocator(
    ILocalGroups? local, LimiterClock clock, LocationCache cache, Func<GroupAddress, SiloChannel> openChannel)
{
    private readonly LocationCache _cache = cache;
    private readonly ConcurrentDictionary<string, SiloChannel> _channels = new();
    private long _lastReset = long.MinValue;

    /// <summary>Finds the location of a group; null if its grain must be called.</summary>
    public GroupLocation? Find(in GroupKey key) => _cache.Find(key);

    /// <summary>Records the reply of a grain.</summary>
    /// <param name="request">The operation and its group.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="address">The address of the group; null if the group is not living, or if its silo sends no address.</param>
    /// <param name="sent">When the call was made.</param>
    public void OnReply(in GroupRequest request, in GroupReply reply, GroupAddress? address, Instant sent)
    {
        if (address is null)
        {
            return;
        }

        BucketGroupEntry? entry = local?.Find(address);
        SiloChannel? channel = entry is null ? ChannelTo(address) : null;
        GroupLocation? known = _cache.Find(request.Key);
        GroupLocation group = known?.Number == address.Number && known.Local == entry && known.Channel == channel
            ? known // with its cached refusals and its lease
            : new(entry, channel, address.Number);
        CacheRefusal(group, request.Operation, reply, sent);
        if (group != known)
        {
            _cache.Add(request.Key, group);
        }
    }

    /// <summary>Caches the reply of a group on another silo, if it is a refusal that can be repeated.</summary>
    public void CacheRefusal(GroupLocation group, in BucketOperation operation, in GroupReply reply, Instant sent)
    {
        if (reply.Outcome == GroupOutcome.Refused && group.Local is null && sent.Ticks > Volatile.Read(ref _lastReset)
            && CachedRefusal.Of(operation, reply, sent, clock.Now) is { } refusal)
        {
            group.Refusal = refusal;
        }
    }

    /// <summary>Caches the replies of a joint acquisition on another silo, if it is a refusal that can be repeated.</summary>
    public void CacheRefusal(ReadOnlySpan<GroupLocation> groups, ReadOnlySpan<GroupRequest> requests, GroupReply[] replies, Instant sent)
    {
        if (sent.Ticks > Volatile.Read(ref _lastReset)
            && CachedJointRefusal.Of(groups, requests, replies, sent, clock.Now) is { } refusal)
        {
            groups[0].JointRefusal = refusal;
        }
    }

    /// <summary>Finds a silo that supports joint acquisitions; null if none is known.</summary>
    public string? FindSiloWithJoint() => _channels.FirstOrDefault(channel => channel.Value.SupportsJoint).Key;

    /// <summary>Removes a location that is no longer correct.</summary>
    public void Remove(in GroupKey key, GroupLocation group) => _cache.Remove(key, group);

    /// <summary>Removes the channel of a silo that has stopped.</summary>
    public void RemoveChannel(string silo) => _channels.TryRemove(silo, out _);

    /// <summary>Discards the cached refusals and leases of an account that was reset. Replies to earlier calls are not cached.</summary>
    public void Reset(Account account)
    {
        Instant now = clock.Now;
        Volatile.Write(ref _lastReset, now.Ticks);
        _cache.Reset(account, now);
    }

    private SiloChannel ChannelTo(GroupAddress address) => _channels.TryGetValue(address.Silo, out SiloChannel? channel)
        ? channel
        : _channels.GetOrAdd(address.Silo, openChannel(address));
}
