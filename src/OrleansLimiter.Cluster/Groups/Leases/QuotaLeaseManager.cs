namespace OrleansLimiter.Cluster;

/// <summary>
/// Leases permits of groups that are very busy, where their limit allows it: while a lease is held, an acquisition in its group is a
/// subtraction in this process. It looks every <see cref="Period"/>: a lease is renewed while its group is busy, and what is left
/// of it goes back when it is not.
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
    public static readonly TimeSpan Span = 5 * Period;

    /// <summary>The number of permits per period from which a group is busy: 20, that is 200 per second.</summary>
    public const int Busy = 20;

    // The maximum relative drift of two clocks. A lease is used for a time that is shorter by this factor.
    private const double Drift = 0.01;

    private readonly Lock _gate = new();
    private readonly HashSet<LeasedGroup> _watched = [];
    private ITimer? _timer;

    /// <summary>The last check, with its calls to silos.</summary>
    internal Task LastLook { get; private set; } = Task.CompletedTask;

    /// <summary>Records an acquisition in a group whose permits may be leased.</summary>
    public void Asked(LeasedGroup group, GroupRules rules, int cost)
    {
        int asked = group.Count(rules, cost);
        if (asked >= Busy && asked - cost < Busy)
        {
            Watch(group);
        }

        // It was too little: the next one is twice as much, and need not wait for a look.
        if (group.Held is { IsUsedUp: true } held && group.TryBeginAsking())
        {
            _ = RenewAsync(group, (int)Math.Min(2L * held.Permits, Rule.MaxPermits));
        }
    }

    private void Watch(LeasedGroup group)
    {
        lock (_gate)
        {
            _watched.Add(group);
            using AsyncFlowControl? none = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
            _timer ??= clock.Time.CreateTimer(
                static keeper => ((QuotaLeaseManager)keeper!).LastLook = ((QuotaLeaseManager)keeper).LookAsync(), this, Period, Period);
        }
    }

    private Task LookAsync()
    {
        LeasedGroup[] watched;
        lock (_gate)
        {
            watched = [.. _watched];
        }

        return Task.WhenAll(watched.Select(LookAtAsync));
    }

    private Task LookAtAsync(LeasedGroup group)
    {
        int asked = group.Look();
        if (group.IsNew)
        {
            group.IsNew = false;
            return Task.CompletedTask;
        }

        if (asked >= Busy)
        {
            return IsDue(group) && group.TryBeginAsking()
                ? RenewAsync(group, (int)Math.Min(asked * (long)(Span / Period), Rule.MaxPermits))
                : Task.CompletedTask;
        }

        Leave(group);
        return group.Replace(null) is { } held ? EndAsync(group, held) : Task.CompletedTask;
    }

    private void Leave(LeasedGroup group)
    {
        lock (_gate)
        {
            // A caller from now on sees whether it became busy meanwhile, or is seen here.
            group.IsNew = true;
            if (group.Asked >= Busy)
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

    // From half of its time on, so that the next one is there before this one ends.
    private bool IsDue(LeasedGroup group) => group.Held is not { } held || clock.Now - held.Asked >= Span / 2;

    private async Task RenewAsync(LeasedGroup group, int wanted)
    {
        GroupRules rules = group.Rules!;
        Instant asked = clock.Now;
        var id = OperationId.New();
        LeaseReply? answer = await group.Channel.LeaseAsync(
            new(group.Number, rules, wanted, Span.Ticks, id.Value, ended: 0, used: 0)).ConfigureAwait(false);
        QuotaLease? lease = null;
        if (answer is { Permits: > 0 } && !group.HasDropped(asked))
        {
            Instant end = asked + new TimeSpan((long)(answer.Span * (1 - Drift)));
            lease = new(rules, id, answer.Permits, asked, end, answer.Group.First.ToReading(), clock.Now);
            Watch(group);
        }

        // Where there is none to be had, one that is used up goes as well, so that the next acquisition does not ask again.
        if ((lease is not null || group.Held is { IsUsedUp: true }) && group.Replace(lease) is { } before)
        {
            await EndAsync(group, before).ConfigureAwait(false);
        }

        group.EndAsking();
    }

    private static Task EndAsync(LeasedGroup group, QuotaLease lease) => group.Channel.LeaseAsync(new(
        group.Number, lease.Rules, wanted: 0, Span.Ticks, OperationId.New().Value, lease.Id.Value, lease.Close()));
}
