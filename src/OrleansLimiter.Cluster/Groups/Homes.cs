using System.Collections.Concurrent;
using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Where the groups are that a front-end asks, learnt from the answers of their grains. Nothing here must be right: a group that
/// is not where it was is asked by its grain, and found again.
/// </summary>
internal sealed class Homes(IGrainFactory grains, ILocalGroups? local, LimiterClock clock, Func<string, ISiloGrain, Lane> open)
{
    private readonly KnownGroups _known = new();
    private readonly ConcurrentDictionary<string, Lane> _lanes = new();
    private long _reset = long.MinValue;

    /// <summary>What is known of a group; null: nothing, its grain must be asked.</summary>
    public KnownGroup? Of(in GroupKey key) => _known.Find(key);

    /// <summary>A group's grain has answered.</summary>
    /// <param name="key">The group.</param>
    /// <param name="ask">The question.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="home">Where it lives; null where it does not, or its silo does not tell.</param>
    /// <param name="asked">When it was asked.</param>
    public void Found(in GroupKey key, in GroupAsk ask, in GroupReply reply, GroupHome? home, Instant asked)
    {
        if (home is null)
        {
            return;
        }

        KnownGroup group = local?.Find(home) is { } here
            ? new(here, null, home.Number)
            : new(null, LaneTo(home.Silo), home.Number);
        Remember(group, ask, reply, asked);
        _known.Learn(key, group);
    }

    /// <summary>A known group has answered: a refusal that is worth it is remembered.</summary>
    public void Remember(KnownGroup group, in GroupAsk ask, in GroupReply reply, Instant asked)
    {
        if (reply.Outcome == GroupOutcome.Refused && group.Local is null && asked.Ticks > Volatile.Read(ref _reset) && RememberedRefusal.Of(ask, reply, asked, clock.Now) is { } refusal)
        {
            group.Refusal = refusal;
        }
    }

    /// <summary>A group was not where it was known to be.</summary>
    public void Forget(in GroupKey key, KnownGroup group) => _known.Forget(key, group);

    /// <summary>A silo is gone.</summary>
    public void Close(string silo) => _lanes.TryRemove(silo, out _);

    /// <summary>
    /// An account was reset: what it was refused or leased before counts no more, also where the answer is still on its way.
    /// </summary>
    public void Reset(Account account)
    {
        Instant now = clock.Now;
        Volatile.Write(ref _reset, now.Ticks);
        _known.Reset(account, now);
    }

    private Lane LaneTo(string silo) => _lanes.TryGetValue(silo, out Lane? lane)
        ? lane
        : _lanes.GetOrAdd(silo, open(silo, grains.GetGrain<ISiloGrain>(silo)));
}
