using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The acquisitions that reach the groups of a silo without a call of their grains are counted, each once.</summary>
public sealed class AcquisitionCountersTests : IAsyncLifetime
{
    private static readonly GroupKey s_key = GroupKey.ForEndpoint("p", new(AccountKind.Id, "m_42"), "e", "live");

    private readonly LimiterCluster _cluster = new(filter: null, silos: 1);
    private readonly Account _account = JointRequests.NewAccount();

    private SiloGroupRegistry Silo => _cluster.Silos.Single();

    // Acquisitions of bursts, endpoints and accounts; decisions, and those that were refused.
    private long[] Counted =>
    [
        Silo.Acquisitions.Acquired(Scope.Burst), Silo.Acquisitions.Acquired(Scope.Endpoint), Silo.Acquisitions.Acquired(Scope.Account),
        Silo.Acquisitions.Decided, Silo.Acquisitions.Refused,
    ];

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        Silo.Acquisitions.IsEnabled = true;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_acquisition_counts_once_and_the_first_is_a_call_of_the_grain(bool inside)
    {
        ClusterBucketStore store = inside ? _cluster.FrontEndInside(silo: 0) : _cluster.Groups;
        await store.AcquireAsync(s_key, JointRequests.Endpoint, 18);
        Assert.Equal([0, 0, 0, 0, 0], Counted);

        await store.AcquireAsync(s_key, JointRequests.Endpoint, 2);
        await store.AcquireAsync(s_key, JointRequests.Endpoint, 3);
        await store.AcquireAsync(s_key, JointRequests.Endpoint, 4, OperationId.New(), reserve: true);
        await store.ReadAsync(s_key, JointRequests.Endpoint, 1);

        Assert.Equal([0, 3, 0, 3, 2], Counted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_joint_acquisition_counts_in_each_group_and_is_one_decision(bool inside)
    {
        ClusterBucketStore store = inside ? _cluster.FrontEndInside(silo: 0) : _cluster.Groups;
        await store.KnowingSilosAsync();
        long[] before = Counted;

        await store.AcquireAllAsync(JointRequests.Of(_account)).AssertRemainingAsync(9, 19, 29);
        await store.AcquireAllAsync(JointRequests.Of(_account)).AssertRemainingAsync(8, 18, 28);
        await store.AcquireAllAsync(JointRequests.Of(_account, cost: 9, OperationId.New())).AssertRemainingAsync(8, 18, 28);

        Assert.Equal([3, 3, 3, 3, 1], Counted.Zip(before, (after, first) => after - first));
    }

    [Fact]
    public async Task Acquisitions_of_the_fast_path_count()
    {
        ClusterBucketStore store = await _cluster.FrontEndInside(silo: 0).KnowingSilosAsync();
        await store.AcquireAllAsync(JointRequests.Of(_account));
        GroupRules[] rules = [JointRequests.Burst, JointRequests.Endpoint, JointRequests.All];
        long[] before = Counted;

        for (int i = 0; i < 10; i++)
        {
            Assert.True(store.TryAcquireAll(JointRequests.Keys(_account), rules, 1, new Reading[3], out bool allowed));
            Assert.Equal(i < 9, allowed);
        }

        Assert.True(store.TryAcquire(JointRequests.Keys(_account)[2], JointRequests.All, 100, out Reading reading, out _));
        Assert.False(reading.Allowed);
        Assert.Equal([10, 10, 11, 11, 2], Counted.Zip(before, (after, first) => after - first));
    }

    [Fact]
    public async Task A_refusal_that_a_front_end_repeats_does_not_reach_the_silo()
    {
        await _cluster.Groups.AcquireAsync(s_key, JointRequests.Endpoint, 20);
        await _cluster.Groups.AcquireAsync(s_key, JointRequests.Endpoint, 1);
        await _cluster.Groups.AcquireAsync(s_key, JointRequests.Endpoint, 1);

        Assert.Equal([0, 1, 0, 1, 1], Counted);
    }

    [Fact]
    public void An_acquisition_that_the_bound_makes_unavailable_has_failed_and_one_that_is_repeated_does_not_count()
    {
        Scope[] scopes = [Scope.Endpoint, Scope.Account];
        GroupReplyData allowed = GroupReplyData.Of(new GroupReply(GroupOutcome.Allowed, GroupNotes.None, default));
        GroupReplyData unavailable = GroupReplyData.Of(GroupReply.Unavailable(GroupNotes.TooManyGroups));

        Silo.Acquisitions.Count(scopes, [allowed, unavailable]);
        Silo.Acquisitions.Count(scopes, [GroupReplyData.UnsupportedReply, GroupReplyData.UnsupportedReply]);
        Silo.Acquisitions.Count(scopes, [allowed, GroupReplyData.GoneReply]);
        Silo.Acquisitions.Count(scopes, [GroupReplyData.NotExecutedReply, GroupReplyData.NotExecutedReply]);

        Assert.Equal([0, 2, 2, 2, 0], Counted);
        Assert.Equal((1, 2), (Silo.Acquisitions.Failed(Scope.Endpoint), Silo.Acquisitions.Failed(Scope.Account)));
    }

    [Fact]
    public void Acquisitions_of_many_threads_are_counted_exactly_and_none_while_disabled()
    {
        var counters = new AcquisitionCounters { IsEnabled = true };
        GroupKey[] keys = JointRequests.Keys(_account);

        Parallel.For(0, 100_000, i => counters.OnAcquire(executed: i % 10 != 0, keys, allowed: i % 2 == 0));
        counters.IsEnabled = false;
        counters.OnAcquire(executed: true, keys, allowed: true);

        Assert.Equal((90_000, 90_000, 90_000), (counters.Acquired(Scope.Burst), counters.Acquired(Scope.Endpoint), counters.Acquired(Scope.Account)));
        Assert.Equal((90_000, 50_000), (counters.Decided, counters.Refused));
    }
}
