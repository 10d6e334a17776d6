namespace OrleansLimiter.Cluster;

/// <summary>
/// Leases permits of busy groups, if the policy allows it. While a front-end has a lease, an acquisition in the group is a subtraction in
/// this process. The manager checks the groups every <see cref="Period"/>: it renews a lease while the group is busy, and otherwise ends
/// it and returns the unused permits.
/// </summary>
/// <remarks>
/// Without a lease, or with one that is used up, acquisitions go to the group. If this process stops, the permits of its leases
/// count as used when the leases end.
/// </remarks>
internal sealed class QuotaLeaseManager(LimiterClock clock)
{
    /// <summary>The period of the check: 100 ms.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>The duration of a lease: 500 ms, five periods.</summary>
    public static readonly TimeSpan Duration = 5 * Period;

    /// <summary>The number of permits per period from which a group is busy: 20, that is 200 per second.</summary>
    public const int BusyDemand = 20;

    // The maximum relative drift of two clocks. A lease is used for a time that is shorter by this factor.
    private const double Drift = 0.01;

    private readonly Lock _lock = new();
    private readonly HashSet<LeasedGroup> _watched = [];
    private ITimer? _timer;

    /// <summary>The last check, with its calls to silos.</summary>
    internal Task LastCheck { get; private set; } = Task.CompletedTask;

    /// <summary>Records an acquisition in a group whose permits may be leased.</summary>
    public void OnAcquire(LeasedGroup group, GroupRules rules, int cost)
    {
        int demand = group.AddDemand(rules, cost);
        if (demand >= BusyDemand && demand - cost < BusyDemand)
        {
            Watch(group);
        }

        // A lease that is used up early was too small: the next one is twice as large, and does not wait for a check.
        if (group.Lease is { IsUsedUp: true } lease && group.TryBeginRequest())
        {
            _ = RenewAsync(group, 2L * lease.Permits);
        }
    }

    private void Watch(LeasedGroup group)
    {
        lock (_lock)
        {
            _watched.Add(group);
            using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
            _timer ??= clock.Time.CreateTimer(
                static state => ((QuotaLeaseManager)state!).LastCheck = ((QuotaLeaseManager)state).CheckAsync(), this, Period, Period);
        }
    }

    private Task CheckAsync()
    {
        LeasedGroup[] watched;
        lock (_lock)
        {
            watched = [.. _watched];
        }

        return Task.WhenAll(watched.Select(CheckAsync));
    }

    private Task CheckAsync(LeasedGroup group)
    {
        int demand = group.TakeDemand();
        if (group.IsNew)
        {
            group.IsNew = false;
            return Task.CompletedTask;
        }

        if (demand >= BusyDemand)
        {
            return IsDue(group) && group.TryBeginRequest()
                ? RenewAsync(group, demand * (long)(Duration / Period))
                : Task.CompletedTask;
        }

        Unwatch(group);
        return group.Replace(null) is { } lease ? EndAsync(group, lease) : Task.CompletedTask;
    }

    private void Unwatch(LeasedGroup group)
    {
        lock (_lock)
        {
            // A group that became busy since the check stays; a group that becomes busy later is added again.
            group.IsNew = true;
            if (group.Demand >= BusyDemand)
            {
                return;
            }

            _watched.Remove(group);
            if (_watched.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    // A lease is renewed when half of its duration has passed, so that the next lease is granted before this one ends.
    private bool IsDue(LeasedGroup group) => group.Lease is not { } lease || clock.Now - lease.Requested >= Duration / 2;

    private async Task RenewAsync(LeasedGroup group, long wanted)
    {
        GroupRules rules = group.Rules!;
        Instant requested = clock.Now;
        var id = OperationId.New();
        int permits = (int)Math.Min(wanted, Rule.MaxPermits);
        LeaseReply? reply = await group.Channel.LeaseAsync(
            new(group.Number, rules, permits, Duration.Ticks, id.Value, ended: 0, used: 0)).ConfigureAwait(false);
        QuotaLease? lease = null;
        if (reply is { Permits: > 0 } && !group.WasDroppedSince(requested))
        {
            Instant end = requested + new TimeSpan((long)(reply.Span * (1 - Drift)));
            lease = new(rules, id, reply.Permits, requested, end, reply.Group.First.ToReading(), clock.Now);
            Watch(group);
        }

        // If no lease was granted, a lease that is used up is removed, so that acquisitions do not request another one.
        if ((lease is not null || group.Lease is { IsUsedUp: true }) && group.Replace(lease) is { } previous)
        {
            await EndAsync(group, previous).ConfigureAwait(false);
        }

        group.EndRequest();
    }

    private static Task EndAsync(LeasedGroup group, QuotaLease lease) => group.Channel.LeaseAsync(new(
        group.Number, lease.Rules, wanted: 0, Duration.Ticks, OperationId.New().Value, lease.Id.Value, lease.Close()));
}
