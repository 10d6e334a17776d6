namespace OrleansLimiter.Cluster.Tests;

/// <summary>A front-end leases permits of busy groups, uses them without a call, and returns the rest.</summary>
public sealed class LeaseTests(FaultyCluster faulty) : IClassFixture<FaultyCluster>, IAsyncLifetime
{
    private static readonly Rule s_rule = new(Algorithm.FixedWindow, 10_000, TimeSpan.FromSeconds(60));
    private static readonly GroupRules s_rules = new([new("limit", s_rule)], new(1, 0)) { MayLease = true };

    private static int s_accounts;

    private readonly GroupKey _key = GroupKey.ForAccount("p", new(AccountKind.Id, $"leased {Interlocked.Increment(ref s_accounts)}"));
    private readonly ClusterBucketStore _groups = faulty.Cluster.FrontEnd();
    private readonly int _timers = faulty.Cluster.Time.Timers;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    // A test returns its leases, because all tests share the clock.
    public async ValueTask DisposeAsync()
    {
        for (int i = 0; i < 2; i++)
        {
            faulty.Cluster.Time.Advance(QuotaLeaseManager.Period);
            await _groups.Leases.LastCheck;
        }
    }

    [Fact]
    public async Task Permits_of_a_busy_group_are_leased_and_its_acquisitions_need_no_call()
    {
        await BeBusyAsync(100);
        int calls = Calls;

        for (int left = 9_878; left >= 9_379; left--)
        {
            Assert.True(_groups.TryAcquire(_key, s_rules, 1, out Reading reading, out _));
            Assert.Equal((Verdict.Allowed, 10_000, left), (reading.Verdict, reading.Limit, reading.Remaining));
        }

        Assert.False(_groups.TryAcquire(_key, s_rules, 1, out _, out _)); // 100 acquisitions in one look, so 500 permits are leased
        Assert.Equal(calls, Calls);
    }

    [Fact]
    public async Task A_lease_that_is_used_up_early_is_followed_by_one_of_twice_the_size()
    {
        await BeBusyAsync(100);
        Use(500);

        await AcquireAsync();
        while (!_groups.TryAcquire(_key, s_rules, 1, out _, out _))
        {
            await Task.Yield(); // the reply is pending
        }

        Use(999);
        Assert.False(_groups.TryAcquire(_key, s_rules, 1, out _, out _));
    }

    [Fact]
    public async Task Permits_of_a_group_that_is_not_busy_are_not_leased()
    {
        await BeBusyAsync(QuotaLeaseManager.BusyDemand - 1);

        Assert.False(_groups.TryAcquire(_key, s_rules, 1, out _, out _));
    }

    [Fact]
    public async Task Permits_of_a_slow_group_are_not_leased_after_many_calls_in_hours()
    {
        for (int i = 0; i < 10 * QuotaLeaseManager.BusyDemand; i++)
        {
            await AcquireAsync();
            await LookAsync(calls: 0);
        }
    }

    [Fact]
    public async Task Unused_permits_are_returned_when_the_group_is_idle()
    {
        await BeBusyAsync(100);
        Use(10);
        Assert.Equal(10_000 - 121 - 500, await RemainingElsewhereAsync()); // leased to this front-end, whether used or not

        await LookAsync(calls: 1);

        Assert.False(_groups.TryAcquire(_key, s_rules, 1, out _, out _));
        Assert.Equal(10_000 - 121 - 10, await RemainingElsewhereAsync());
        Assert.Equal(_timers, faulty.Cluster.Time.Timers);
    }

    [Fact]
    public async Task A_lease_is_renewed_before_it_ends_and_every_use_counts_once()
    {
        await BeBusyAsync(100);
        Use(50);
        await LookAsync(calls: 0);
        Use(50);
        await LookAsync(calls: 0);
        Use(50);
        await LookAsync(calls: 2); // half of its time is over: a new lease, and the end of the old one
        Use(200);
        await LookAsync(calls: 0);
        await LookAsync(calls: 1); // no acquisitions since: the end of the new lease

        Assert.Equal(10_000 - 121 - 350, await RemainingElsewhereAsync());
    }

    [Fact]
    public async Task A_lease_ends_in_the_front_end_before_it_ends_in_the_silo()
    {
        await BeBusyAsync(100);
        faulty.FailNext(ByLease, times: 100);
        for (int i = 0; i < 4; i++)
        {
            Use(50);
            faulty.Cluster.Time.Advance(QuotaLeaseManager.Period);
            await _groups.Leases.LastCheck;
        }

        faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(94));
        Assert.True(_groups.TryAcquire(_key, s_rules, 1, out _, out _));
        faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(_groups.TryAcquire(_key, s_rules, 1, out _, out _));
        faulty.FailNext(ByLease, times: 0);
        faulty.Cluster.Time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(10_000 - 121 - 500, await RemainingElsewhereAsync()); // not returned in time: all of it counts as used
    }

    [Fact]
    public async Task Acquisitions_under_other_rules_do_not_use_the_lease()
    {
        await BeBusyAsync(100);
        var changed = new GroupRules([new("limit", s_rule)], new(1, 1)) { MayLease = true };

        Assert.True(_groups.TryAcquire(_key, s_rules, 1, out _, out _));
        Assert.False(_groups.TryAcquire(_key, changed, 1, out _, out _));
    }

    [Fact]
    public async Task A_reset_through_this_front_end_ends_the_lease()
    {
        await BeBusyAsync(100);
        Use(10);

        await _groups.ResetAsync(_key.Account);

        Assert.False(_groups.TryAcquire(_key, s_rules, 1, out _, out _));
        Assert.Equal(9_999, (await AcquireAsync()).Readings[0].Remaining);
    }

    [Fact]
    public async Task Three_front_ends_that_lease_from_one_limit_admit_no_more_than_it()
    {
        ClusterBucketStore[] frontEnds = [_groups, faulty.Cluster.FrontEnd(), faulty.Cluster.FrontEnd()];
        int admitted = 0;
        for (int round = 0; round < 40; round++)
        {
            await Task.WhenAll(frontEnds.Select(groups => Task.Run(async () =>
            {
                for (int i = 0; i < 300; i++)
                {
                    bool allowed = groups.TryAcquire(_key, s_rules, 1, out Reading reading, out _)
                        ? reading.Allowed
                        : (await groups.AcquireAsync(_key, s_rules, 1, OperationId.None, reserve: false)).Outcome == GroupOutcome.Allowed;
                    Interlocked.Add(ref admitted, allowed ? 1 : 0);
                }
            })));
            faulty.Cluster.Time.Advance(QuotaLeaseManager.Period);
            await Task.WhenAll(frontEnds.Select(groups => groups.Leases.LastCheck));
        }

        faulty.Cluster.Time.Advance(QuotaLeaseManager.Period);
        await Task.WhenAll(frontEnds.Select(groups => groups.Leases.LastCheck));
        Assert.InRange(admitted, 8_000, 10_000);
    }

    private static string ByLease => nameof(ISiloGrain.LeaseAsync);

    private int LeaseCalls => faulty.Calls(ByLease);

    private int Calls => faulty.Calls(nameof(ISiloGrain.ExecuteBatchAsync)) + faulty.Calls(nameof(IGroupGrain.ExecuteAsync));

    private ValueTask<GroupReply> AcquireAsync() => _groups.AcquireAsync(_key, s_rules, 1, OperationId.None, reserve: false);

    // A first acquisition finds the location of the group. The given number follows, and a look if that makes the group busy.
    private async Task BeBusyAsync(int acquisitions)
    {
        await AcquireAsync(1 + QuotaLeaseManager.BusyDemand);
        await LookAsync(calls: 0);
        await AcquireAsync(acquisitions);
        await LookAsync(calls: acquisitions >= QuotaLeaseManager.BusyDemand ? 1 : 0);
    }

    private async Task AcquireAsync(int acquisitions)
    {
        for (int i = 0; i < acquisitions; i++)
        {
            await AcquireAsync();
        }
    }

    private void Use(int permits)
    {
        for (int i = 0; i < permits; i++)
        {
            Assert.True(_groups.TryAcquire(_key, s_rules, 1, out _, out _));
        }
    }

    // Runs one look and waits for its calls.
    private async Task LookAsync(int calls)
    {
        int before = LeaseCalls;
        faulty.Cluster.Time.Advance(QuotaLeaseManager.Period);
        await _groups.Leases.LastCheck;
        Assert.Equal(before + calls, LeaseCalls);
    }

    private async Task<int> RemainingElsewhereAsync() =>
        (await faulty.Cluster.FrontEnd().ReadAsync(_key, s_rules, 1)).Readings[0].Remaining;
}
