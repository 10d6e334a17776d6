using System.Collections.Concurrent;
using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Where the groups of a front-end live, learnt from the answers of their grains. Nothing here must be right: where a group is
/// not where it was, its grain is called, and it is found again.
/// </summary>
internal sealed class GroupLocator(IGrainFactory grains, ILocalGroups? local, LimiterClock clock, Func<string, ISiloGrain, SiloChannel> open)
{
    private readonly LocationCache _cache = new();
    private readonly ConcurrentDictionary<string, SiloChannel> _channels = new();
    private long _reset = long.MinValue;

    /// <summary>What is known of a group; null: nothing, its grain must be called.</summary>
    public GroupLocation? Find(in GroupKey key) => _cache.Find(key);

    /// <summary>A group's grain has answered.</summary>
    /// <param name="request">The operation and its group.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="address">Where it lives; null where it does not, or its silo sends no address.</param>
    /// <param name="asked">When it was asked.</param>
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

    /// <summary>A known group has answered: a refusal that is worth it is remembered.</summary>
    public void Remember(GroupLocation group, in BucketOperation operation, in GroupReply reply, Instant asked)
    {
        if (reply.Outcome == GroupOutcome.Refused && group.Local is null && asked.Ticks > Volatile.Read(ref _reset) && CachedRefusal.Of(operation, reply, asked, clock.Now) is { } refusal)
        {
            group.Refusal = refusal;
        }
    }

    /// <summary>A group was not where it was known to be.</summary>
    public void Forget(in GroupKey key, GroupLocation group) => _cache.Forget(key, group);

    /// <summary>A silo is gone.</summary>
    public void Close(string silo) => _channels.TryRemove(silo, out _);

    /// <summary>
    /// An account was reset: what it was refused or leased before counts no more, also where the answer is still on its way.
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
