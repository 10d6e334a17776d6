using System.Collections.Concurrent;
using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Locates the groups of a front-end, from the replies of their grains. A location may be out of date: the grain is then called,
/// and its reply contains the new location.
/// </summary>
internal sealed class GroupLocator(IGrainFactory grains, ILocalGroups? local, LimiterClock clock, Func<string, ISiloGrain, SiloChannel> open)
{
    private readonly LocationCache _cache = new();
    private readonly ConcurrentDictionary<string, SiloChannel> _channels = new();
    private long _reset = long.MinValue;

    /// <summary>Finds the location of a group; null if its grain must be called.</summary>
    public GroupLocation? Find(in GroupKey key) => _cache.Find(key);

    /// <summary>Records the reply of a grain.</summary>
    /// <param name="request">The operation and its group.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="address">The address of the group; null if the group is not living, or if its silo sends no address.</param>
    /// <param name="asked">When the call was made.</param>
    public void Found(in GroupRequest request, in GroupReply reply, GroupAddress? address, Instant asked)
    {
        if (address is null)
        {
            return;
        }

        GroupLocation group = local?.Find(address) is { } here
            ? new(here, null, address.Number)
            : new(null, ChannelTo(address.Silo), address.Number);
        Remember(group, request.Operation, reply, asked);
        _cache.Add(request.Key, group);
    }

    /// <summary>Records the reply of a located group: caches a refusal that can be repeated.</summary>
    public void Remember(GroupLocation group, in BucketOperation operation, in GroupReply reply, Instant asked)
    {
        if (reply.Outcome == GroupOutcome.Refused && group.Local is null && asked.Ticks > Volatile.Read(ref _reset) && CachedRefusal.Of(operation, reply, asked, clock.Now) is { } refusal)
        {
            group.Refusal = refusal;
        }
    }

    /// <summary>Removes a location that is no longer correct.</summary>
    public void Forget(in GroupKey key, GroupLocation group) => _cache.Forget(key, group);

    /// <summary>Removes the channel of a silo that has stopped.</summary>
    public void Close(string silo) => _channels.TryRemove(silo, out _);

    /// <summary>
    /// Discards the cached refusals and leases of an account that was reset, including replies that are still on the way.
    /// </summary>
    public void Reset(Account account)
    {
        Instant now = clock.Now;
        Volatile.Write(ref _reset, now.Ticks);
        _cache.Reset(account, now);
    }

    private SiloChannel ChannelTo(string silo) => _channels.TryGetValue(silo, out SiloChannel? channel)
        ? channel
        : _channels.GetOrAdd(silo, open(silo, grains.GetGrain<ISiloGrain>(silo)));
}
