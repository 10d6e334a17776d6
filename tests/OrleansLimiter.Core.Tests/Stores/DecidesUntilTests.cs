using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests.Stores;

/// <summary>Groups that must not decide from some moment on, because others may hold them by then.</summary>
public sealed class DecidesUntilTests : IDisposable
{
    private static readonly GroupRules s_rules = Rule(Algorithm.FixedWindow, permits: 10, seconds: 60);

    private readonly FakeTime _time = new();
    private readonly LivingGroups _groups;
    private readonly BucketGroupEntry _entry = new();

    public DecidesUntilTests()
    {
        _groups = new(new(_time), 10, () => { });
        Assert.Equal(GroupOutcome.Allowed, Execute(BucketOperation.Acquire(s_rules, 4, new(7))).Outcome);
    }

    public void Dispose() => _groups.Dispose();

    [Fact]
    public void Groups_decide_until_the_moment_and_nothing_from_it_on()
    {
        _groups.DecidesUntil = _groups.Clock.Now + new TimeSpan(2);
        _time.Advance(new TimeSpan(1));
        Assert.Equal(GroupOutcome.Allowed, Execute(BucketOperation.Acquire(s_rules, 1)).Outcome);

        _time.Advance(new TimeSpan(1));

        Assert.Equal(GroupReply.Unavailable(), Execute(BucketOperation.Acquire(s_rules, 1)));
        Assert.Equal(GroupReply.Unavailable(), Execute(BucketOperation.Acquire(s_rules, 4, new(7))));
        Assert.Equal(GroupReply.Unavailable(), Execute(BucketOperation.Reserve(s_rules, 1, new(8))));
        Assert.Equal(GroupReply.Unavailable(), Execute(BucketOperation.Read(s_rules, 1)));
        Assert.Equal(4, _groups.Fenced);
        Assert.Equal(5, RemainingAfterwards());
    }

    [Fact]
    public void The_fast_path_decides_nothing_and_leaves_the_reply_to_the_full_path()
    {
        BucketGroupEntry entry = new();
        Assert.True(entry.TryExecute(BucketOperation.Acquire(s_rules, 1), _groups, out _));
        Assert.True(entry.TryAcquire(s_rules, 1, _groups, out _));

        _groups.DecidesUntil = _groups.Clock.Now;

        Assert.False(entry.TryAcquire(s_rules, 1, _groups, out _));
        Assert.Equal(0, _groups.Fenced);
    }

    [Fact]
    public async Task Operations_wait_until_the_groups_decide_again()
    {
        Assert.False(_groups.MustWait);
        _groups.DecidesUntil = _groups.Clock.Now;
        _time.Advance(TimeSpan.FromMilliseconds(399));
        Assert.True(_groups.MustWait);
        Task waiting = _groups.WaitAsync();
        _groups.DecidesUntil = _groups.Clock.Now;
        Assert.False(waiting.IsCompleted);

        _groups.DecidesUntil = _groups.Clock.Now + new TimeSpan(1);

        await waiting;
        Assert.False(_groups.MustWait);
    }

    [Fact]
    public async Task Operations_wait_for_400_ms_at_most_from_the_moment_at_which_the_groups_ceased_to_decide()
    {
        _groups.DecidesUntil = _groups.Clock.Now;
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Task waiting = _groups.WaitAsync();
        _time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.False(waiting.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        await waiting;
        Assert.False(_groups.MustWait);
    }

    [Fact]
    public void Operations_do_not_wait_for_groups_that_never_decide_again()
    {
        _groups.DecidesUntil = new(long.MinValue);
        Assert.False(_groups.MustWait);
        Assert.True(_groups.WaitAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public void Commits_and_cancellations_are_executed_because_they_admit_nothing()
    {
        Execute(BucketOperation.Reserve(s_rules, 2, new(8)));
        _groups.DecidesUntil = _groups.Clock.Now;

        Assert.Equal(GroupOutcome.Allowed, Execute(BucketOperation.Commit(new(8))).Outcome);
        Assert.Equal(8, Execute(BucketOperation.Cancel(s_rules, 1, new(7))).Readings[0].Remaining);
    }

    [Fact]
    public void A_joint_acquisition_acquires_in_no_group()
    {
        BucketGroupEntry[] groups = [new(), new()];
        GroupRequest[] requests = [new(default, BucketOperation.Acquire(s_rules, 1)), new(default, BucketOperation.Acquire(s_rules, 1))];
        var replies = new GroupReply[2];
        Assert.True(BucketGroupEntry.TryExecuteJoint(groups, requests, _groups, replies));
        GroupRules[] rules = [s_rules, s_rules];
        Assert.True(BucketGroupEntry.TryAcquireJoint(groups, rules, 1, _groups, new Reading[2], out _));

        _groups.DecidesUntil = _groups.Clock.Now;

        Assert.False(BucketGroupEntry.TryAcquireJoint(groups, rules, 1, _groups, new Reading[2], out _));
        Assert.True(BucketGroupEntry.TryExecuteJoint(groups, requests, _groups, replies));
        Assert.All(replies, reply => Assert.Equal(GroupReply.Unavailable(), reply));
        _groups.DecidesUntil = new(long.MaxValue);
        Assert.True(BucketGroupEntry.TryExecuteJoint(groups, requests, _groups, replies));
        Assert.All(replies, reply => Assert.Equal(7, reply.Readings[0].Remaining));
    }

    [Fact]
    public void No_permits_are_leased_and_a_lease_is_ended()
    {
        GroupRules rules = Rule(Algorithm.FixedWindow, permits: 100, seconds: 60);
        rules = new(rules.Rules, rules.Generation) { MayLease = true };
        BucketGroupEntry entry = new();
        Assert.True(entry.TryExecute(BucketOperation.Acquire(rules, 20), _groups, out _));
        QuotaLeaseReply granted = Lease(entry, rules, new(1), ended: default, used: 0);
        Assert.Equal((10, 70), (granted.Permits, granted.Group.Readings[0].Remaining));

        _groups.DecidesUntil = _groups.Clock.Now;

        QuotaLeaseReply refused = Lease(entry, rules, new(2), ended: new(1), used: 3);
        Assert.Equal((0, 77), (refused.Permits, refused.Group.Readings[0].Remaining));
    }

    private QuotaLeaseReply Lease(BucketGroupEntry entry, GroupRules rules, OperationId id, OperationId ended, int used)
    {
        Assert.True(entry.TryLease(rules, 10, TimeSpan.FromSeconds(1), id, _groups, ended, used, out QuotaLeaseReply reply));
        return reply;
    }

    private GroupReply Execute(BucketOperation operation)
    {
        Assert.True(_entry.TryExecute(operation, _groups, out GroupReply reply));
        return reply;
    }

    private int RemainingAfterwards()
    {
        _groups.DecidesUntil = new(long.MaxValue);
        return Execute(BucketOperation.Read(s_rules, 1)).Readings[0].Remaining;
    }
}
