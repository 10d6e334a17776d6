using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cluster;

/// <summary>
/// A store whose bucket groups are in grains. A call that fails returns <see cref="GroupOutcome.Unavailable"/>. The store has no
/// timeout of its own: the caller applies the deadline of the decision.
/// </summary>
/// <remarks>
/// The first operation on a group is a grain call, and the reply contains the address of the group. Later operations use the address:
/// they execute under the lock of the group if it is in this process, and otherwise travel in a batch to its silo. If the group is no
/// longer at the address, the grain is called again. The grain directory therefore remains the only authority on the location of a
/// group, and most operations do not need it.
/// </remarks>
public sealed partial class ClusterBucketStore : IBucketStore
{
    private readonly LimiterClock _clock;
    private readonly CircuitBreaker _breaker;
    private readonly GrainCalls _calls;
    private readonly AcquisitionCalls _acquisitions;
    private readonly LocationCache _locations;
    private readonly GroupLocator _locator;
    private readonly ILocalGroups? _local;
    private readonly AcquisitionCounters? _counters;
    private readonly SiloFanOut _silos;

    /// <summary>Creates the store of a front-end that has no silo in its process.</summary>
    /// <param name="grains">The client of the cluster.</param>
    /// <param name="clock">The clock of the limiter.</param>
    /// <param name="log">Logs outages, at most one line per second.</param>
    /// <param name="options">The deadline of decisions; null for the defaults.</param>
    public ClusterBucketStore(IGrainFactory grains, LimiterClock clock, ILogger<ClusterBucketStore> log, LimiterOptions? options = null)
        : this(grains, clock, log, options, local: null, hosting: null)
    {
    }

    internal ClusterBucketStore(
        IGrainFactory grains, LimiterClock clock, ILogger<ClusterBucketStore> log, LimiterOptions? options,
        ILocalGroups? local, IHostingSilos? hosting)
    {
        TimeSpan deadline = (options ?? new()).Deadline;
        (_clock, _local, _counters) = (clock, local, local?.Acquisitions);
        _silos = new(grains);
        Leases = new(clock);
        _breaker = new(clock, deadline * CircuitBreaker.DeadlinesOfSilence);
        _calls = new(grains, clock, _breaker, deadline, log);
        _acquisitions = new(grains, local, new(hosting), clock, _breaker, _calls);
        _locations = new(LocationCache.MaxFor(local is null ? 0 : local.MaxGroups));
        FrontEndCalls? shared = null;
        _locator = new(local, clock, _locations, address => new(
            address.Silo, grains.GetGrain<ISiloGrain>(address.Silo), address.Version >= GroupAddress.JointVersion, shared!));
        shared = new(_calls, _acquisitions, _locator, clock, _breaker, deadline);
    }

    /// <summary>Whether the cluster has stopped replying. Calls then fail immediately, except for occasional probes.</summary>
    public bool IsSilent => _breaker.IsOpen;

    /// <summary>The number of calls since the start that were not made because the cluster had stopped replying.</summary>
    public long CallsRefused => _breaker.Refused;

    /// <summary>Discards the locations of groups that were not used since the last call, after a flood of keys.</summary>
    internal void TrimLocations() => _locations.Trim();

    /// <summary>The quota leases of this front-end.</summary>
    internal QuotaLeaseManager Leases { get; }

    /// <inheritdoc/>
    public bool TryAcquire(in GroupKey key, GroupRules rules, int cost, out Reading reading, out object? hint)
    {
        reading = default;
        GroupLocation? group = _locator.Find(key);
        hint = group;
        if (group?.Local is { } local)
        {
            bool executed = local.TryAcquire(rules, cost, _local!.Living, out reading);
            _counters!.OnAcquire(executed, new ReadOnlySpan<GroupKey>(in key), reading.Allowed);
            return executed;
        }

        // The clock is read only if there is a lease or a cached refusal.
        return group is not null && (group.Leased is not null || group.Refusal is not null)
            && TryAcquire(group, rules, cost, _clock.Now, out reading);
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
        return group.Leased?.Lease?.TryUse(rules, cost, now, out reading) == true
            || group.Refusal?.TryRepeat(rules, cost, now, out reading) == true;
    }

    private ValueTask<GroupReply> ExecuteAsync(in GroupRequest request)
    {
        if (((GroupLocation?)request.Hint ?? _locator.Find(request.Key)) is not { } group)
        {
            return _calls.ExecuteAsync(request, _locator);
        }

        BucketOperation operation = request.Operation;
        if (group.Local is { } local)
        {
            if (operation.Decides && _local!.Living.MustWait)
            {
                return ExecuteLaterAsync(request);
            }

            if (local.TryExecute(operation, _local!.Living, out GroupReply reply))
            {
                _counters!.OnReply(new(in request), new(in reply));
                return new(reply);
            }

            _locator.Remove(request.Key, group);
            return _calls.ExecuteAsync(request, _locator);
        }

        if (operation is { Kind: OperationKind.Acquire, Rules.MayLease: true })
        {
            Leases.OnAcquire(group.GetOrCreateLeased(), operation.Rules, operation.Cost);
        }

        return group.Refusal?.TryRepeat(operation, _clock.Now, out GroupReply refusal) == true
            ? new(refusal)
            : group.Channel!.ExecuteAsync(request, group);
    }

    private async ValueTask<GroupReply> ExecuteLaterAsync(GroupRequest request)
    {
        await _local!.Living.WaitAsync().ConfigureAwait(false);
        return await ExecuteAsync(request).ConfigureAwait(false);
    }
}
