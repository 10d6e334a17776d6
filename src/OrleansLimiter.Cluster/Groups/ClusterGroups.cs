using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Groups that live in grains. Whatever goes wrong on the way to one is <see cref="GroupOutcome.Unavailable"/>, and how long
/// to wait for it is the decision's business.
/// </summary>
/// <remarks>
/// A group is asked by its grain, which also tells where it lives. From then on it is asked there without its grain: under its
/// lock where it lives in this process, else together with others of its silo. A group that is not there any more is asked
/// by its grain again. So the grain directory alone decides where a group is, and the common question is spared the way to it.
/// </remarks>
public sealed class ClusterGroups : IGroups
{
    private readonly LimiterClock _clock;
    private readonly Breaker _breaker;
    private readonly GrainCalls _calls;
    private readonly Homes _homes;
    private readonly LeaseKeeper _leases;
    private readonly SiloFanOut _silos;

    /// <summary>Creates the engine of a front-end that has no silo in its process.</summary>
    /// <param name="grains">The cluster's client.</param>
    /// <param name="clock">The limiter's clock.</param>
    /// <param name="log">Where outages are told, a line a second at most.</param>
    /// <param name="options">What decisions wait for at most; null: the defaults.</param>
    public ClusterGroups(IGrainFactory grains, LimiterClock clock, ILogger<ClusterGroups> log, LimiterOptions? options = null)
        : this(grains, clock, log, options, local: null)
    {
    }

    internal ClusterGroups(
        IGrainFactory grains, LimiterClock clock, ILogger<ClusterGroups> log, LimiterOptions? options, ILocalGroups? local)
    {
        TimeSpan deadline = (options ?? new()).Deadline;
        _clock = clock;
        _silos = new(grains);
        _leases = new(clock);
        _breaker = new(clock, deadline * Breaker.DeadlinesOfSilence);
        _calls = new(grains, clock, _breaker, log);
        _homes = new(grains, local, clock, (name, silo) => new(name, silo, _calls, _homes!, clock, _breaker, deadline));
    }

    /// <summary>Whether the cluster has stopped answering; calls then fail at once, but for one now and then.</summary>
    public bool IsSilent => _breaker.IsOpen;

    /// <summary>Calls that were not made because the cluster was silent, since the start.</summary>
    public long CallsRefused => _breaker.Refused;

    /// <summary>The leases that this front-end holds.</summary>
    internal LeaseKeeper Leases => _leases;

    /// <inheritdoc/>
    public bool TryTake(in GroupKey key, GroupRules rules, int cost, out Reading reading)
    {
        reading = default;
        if (_homes.Of(key) is not { } group)
        {
            return false;
        }

        if (group.Local is { } here)
        {
            return here.TryTake(rules, cost, out reading);
        }

        return (group.Leased is not null || group.Refusal is not null) && TryTake(group, rules, cost, _clock.Now, out reading);
    }

    /// <inheritdoc/>
    public ValueTask<GroupReply> TakeAsync(GroupKey key, GroupRules rules, int cost, TakeId id, bool hold) =>
        AskAsync(key, new(hold ? AskKind.Hold : AskKind.Take, rules, cost, id));

    /// <inheritdoc/>
    public ValueTask<GroupReply> ReturnAsync(GroupKey key, GroupRules rules, int cost, TakeId id) =>
        AskAsync(key, new(AskKind.Return, rules, cost, id));

    /// <inheritdoc/>
    public ValueTask<GroupReply> ReadAsync(GroupKey key, GroupRules rules, int cost) =>
        AskAsync(key, new(AskKind.Read, rules, cost, TakeId.None));

    // Its answer is of no interest: a hold that nobody confirms becomes final by itself.
    /// <inheritdoc/>
    public ValueTask ConfirmAsync(GroupKey key, TakeId id)
    {
        ValueTask<GroupReply> asked = AskAsync(key, new(AskKind.Confirm, null, 0, id));
        return asked.IsCompletedSuccessfully ? default : new(asked.AsTask());
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account) => _silos.UsageAsync(account);

    /// <inheritdoc/>
    public async ValueTask<int> ResetAsync(Account account)
    {
        try
        {
            return await _silos.ResetAsync(account).ConfigureAwait(false);
        }
        finally
        {
            _homes.Reset(account);
        }
    }

    private static bool TryTake(KnownGroup group, GroupRules rules, int cost, Instant now, out Reading reading)
    {
        reading = default;
        return group.Leased?.Held?.TryUse(rules, cost, now, out reading) == true
            || group.Refusal?.TryRepeat(rules, cost, now, out reading) == true;
    }

    private ValueTask<GroupReply> AskAsync(in GroupKey key, in GroupAsk ask)
    {
        if (_homes.Of(key) is not { } group)
        {
            return _calls.AskAsync(key, ask, _homes);
        }

        if (group.Local is { } here)
        {
            if (here.TryAsk(ask, out GroupReply reply))
            {
                return new(reply);
            }

            _homes.Forget(key, group);
            return _calls.AskAsync(key, ask, _homes);
        }

        if (ask is { Kind: AskKind.Take, Rules.MayLease: true })
        {
            _leases.Asked(group.BeLeased(), ask.Rules, ask.Cost);
        }

        return group.Refusal?.TryRepeat(ask, _clock.Now, out GroupReply refusal) == true
            ? new(refusal)
            : group.Lane!.AskAsync(key, group, ask);
    }
}
