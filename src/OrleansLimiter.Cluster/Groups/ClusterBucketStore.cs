using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Groups that live in grains. Whatever goes wrong on the way to one is <see cref="GroupOutcome.Unavailable"/>, and how long
/// to wait for it is the decision's business.
/// </summary>
/// <remarks>
/// The first operation on a group goes to its grain, whose answer contains the group's address. From then on operations go there
/// without the grain: under the group's lock where it lives in this process, else together with others of its silo. Where a group
/// is not there any more, its grain is called again. So the grain directory alone decides where a group is, and the common
/// operation is spared the way to it.
/// </remarks>
public sealed class ClusterBucketStore : IBucketStore
{
    private readonly LimiterClock _clock;
    private readonly CircuitBreaker _breaker;
    private readonly GrainCalls _calls;
    private readonly GroupLocator _locator;
    private readonly ILocalGroups? _local;
    private readonly QuotaLeaseManager _leases;
    private readonly SiloFanOut _silos;

    /// <summary>Creates the store of a front-end that has no silo in its process.</summary>
    /// <param name="grains">The cluster's client.</param>
    /// <param name="clock">The limiter's clock.</param>
    /// <param name="log">Logs outages, a line a second at most.</param>
    /// <param name="options">What decisions wait for at most; null: the defaults.</param>
    public ClusterBucketStore(IGrainFactory grains, LimiterClock clock, ILogger<ClusterBucketStore> log, LimiterOptions? options = null)
        : this(grains, clock, log, options, local: null)
    {
    }

    internal ClusterBucketStore(
        IGrainFactory grains, LimiterClock clock, ILogger<ClusterBucketStore> log, LimiterOptions? options, ILocalGroups? local)
    {
        TimeSpan deadline = (options ?? new()).Deadline;
        (_clock, _local) = (clock, local);
        _silos = new(grains);
        _leases = new(clock);
        _breaker = new(clock, deadline * CircuitBreaker.DeadlinesOfSilence);
        _calls = new(grains, clock, _breaker, log);
        _locator = new(grains, local, clock, (name, silo) => new(name, silo, _calls, _locator!, clock, _breaker, deadline));
    }

    /// <summary>Whether the cluster has stopped answering; calls then fail at once, but for one now and then.</summary>
    public bool IsSilent => _breaker.IsOpen;

    /// <summary>Calls that were not made because the cluster was silent, since the start.</summary>
    public long CallsRefused => _breaker.Refused;

    /// <summary>The leases that this front-end holds.</summary>
    internal QuotaLeaseManager Leases => _leases;

    /// <inheritdoc/>
    public bool TryAcquire(in GroupKey key, GroupRules rules, int cost, out Reading reading, out object? hint)
    {
        reading = default;
        GroupLocation? group = _locator.Find(key);
        hint = group;
        if (group is null)
        {
            return false;
        }

        if (group.Local is { } here)
        {
            return here.TryAcquire(rules, cost, _local!.Living.Clock, out reading);
        }

        return (group.Leased is not null || group.Refusal is not null) && TryAcquire(group, rules, cost, _clock.Now, out reading);
    }

    /// <inheritdoc/>
    public void Execute(ReadOnlySpan<GroupRequest> requests, Span<ValueTask<GroupReply>> replies)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            replies[i] = ExecuteAsync(requests[i]);
        }
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
            _locator.Reset(account);
        }
    }

    private static bool TryAcquire(GroupLocation group, GroupRules rules, int cost, Instant now, out Reading reading)
    {
        reading = default;
        return group.Leased?.Held?.TryUse(rules, cost, now, out reading) == true
            || group.Refusal?.TryRepeat(rules, cost, now, out reading) == true;
    }

    private ValueTask<GroupReply> ExecuteAsync(in GroupRequest request)
    {
        if (((GroupLocation?)request.Hint ?? _locator.Find(request.Key)) is not { } group)
        {
            return _calls.ExecuteAsync(request, _locator);
        }

        BucketOperation operation = request.Operation;
        if (group.Local is { } here)
        {
            if (here.TryExecute(operation, _local!.Living, out GroupReply reply))
            {
                return new(reply);
            }

            _locator.Forget(request.Key, group);
            return _calls.ExecuteAsync(request, _locator);
        }

        if (operation is { Kind: OperationKind.Acquire, Rules.MayLease: true })
        {
            _leases.Asked(group.BeLeased(), operation.Rules, operation.Cost);
        }

        return group.Refusal?.TryRepeat(operation, _clock.Now, out GroupReply refusal) == true
            ? new(refusal)
            : group.Channel!.ExecuteAsync(request, group);
    }
}
