using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests.Stores;

/// <summary>The queue of the groups that have changed.</summary>
public sealed class ChangeQueueTests : IDisposable
{
    private static readonly GroupRules s_rules = Rule(Algorithm.FixedWindow, permits: 10, seconds: 60);

    private readonly FakeTime _time = new();
    private readonly LimiterClock _clock;
    private readonly LivingGroups _groups;
    private readonly BucketGroupEntry _group = new();

    public ChangeQueueTests()
    {
        _clock = new(_time);
        _groups = new(_clock, 10, () => { });
        _groups.QueueChanges();
    }

    public void Dispose() => _groups.Dispose();

    [Fact]
    public void A_group_is_queued_once_until_its_changes_are_taken()
    {
        Execute(BucketOperation.Acquire(s_rules, 1));
        Assert.True(_group.TryAcquire(s_rules, 1, _groups, out _));
        Execute(BucketOperation.Acquire(s_rules, 1));
        Assert.Same(_group, Assert.Single(Drain()));

        Assert.True(_group.TryAcquire(s_rules, 1, _groups, out _));
        Assert.Empty(Drain());
        Assert.True(_group.TryTakeReplica(Survive.Crash, _clock, out GroupReplica replica));
        Assert.False(_group.TryTakeReplica(Survive.Crash, _clock, out _));
        Assert.Equal((_clock.Now + TimeSpan.FromSeconds(60), false), (replica.DecaysAt, replica.Returned));

        Assert.True(_group.TryAcquire(s_rules, 1, _groups, out _));
        Assert.Single(Drain());
    }

    [Fact]
    public void A_refused_acquisition_a_read_and_an_unused_group_are_no_change()
    {
        Execute(BucketOperation.Acquire(s_rules, 11));
        Execute(BucketOperation.Read(s_rules, 1));
        Assert.Empty(Drain());

        Execute(BucketOperation.Acquire(s_rules, 10));
        Take();
        Execute(BucketOperation.Acquire(s_rules, 1));
        Execute(BucketOperation.Read(s_rules, 1));
        Assert.Empty(Drain());
    }

    [Fact]
    public void Each_operation_that_changes_a_group_queues_it()
    {
        GroupRules other = Rule(Algorithm.FixedWindow, permits: 10, seconds: 60);
        Execute(BucketOperation.Acquire(s_rules, 1, new(1)));
        AssertChanged(returned: false);
        Execute(BucketOperation.Cancel(s_rules, 1, new(1)));
        AssertChanged(returned: true);
        Assert.True(_group.TryLease(other, 2, TimeSpan.FromSeconds(1), new(2), _groups, default, 0, out _));
        AssertChanged(returned: false);
        _time.Advance(TimeSpan.FromSeconds(1));
        Execute(BucketOperation.Read(s_rules, 1)); // the lease has ended, so its permits are used
        AssertChanged(returned: false);
        BucketGroupEntry[] both = [_group];
        Execute(BucketOperation.Acquire(s_rules, 1));
        AssertChanged(returned: false);
        _time.Advance(TimeSpan.FromSeconds(2));
        Execute(BucketOperation.Acquire(s_rules, 1));
        AssertChanged(returned: false);
        Assert.True(BucketGroupEntry.TryAcquireJoint(both, [s_rules], 1, _groups, new Reading[1], out bool allowed) && allowed);
        AssertChanged(returned: false);
        Assert.True(BucketGroupEntry.TryExecuteJoint(
            both, [new(default, BucketOperation.Acquire(s_rules, 1))], _groups, new GroupReply[1]));
        AssertChanged(returned: false);
        Assert.True(_group.Reset(_groups));
        AssertChanged(returned: true);
        _group.MarkChanged(_groups);
        AssertChanged(returned: false);
    }

    [Fact]
    public void A_group_that_continues_or_merges_a_state_is_queued()
    {
        Execute(BucketOperation.Acquire(s_rules, 3));
        byte[] state = Take()!;
        var next = new BucketGroupEntry();

        Assert.True(next.TryReceive(state, _clock.Now, false, _groups));
        Assert.Same(next, Assert.Single(Drain()));
        Assert.True(next.TryTakeReplica(Survive.Crash, _clock, out _));

        Execute(BucketOperation.Acquire(s_rules, 2));
        Assert.True(next.TryMerge(Take()!, _clock.Now, false, _groups));
        Assert.Same(next, Assert.Single(Drain()));
        Assert.Equal(5, next.Remaining(s_rules, at: 0));
    }

    [Fact]
    public void A_state_that_cannot_be_continued_because_of_the_bound_is_no_change()
    {
        Execute(BucketOperation.Acquire(s_rules, 3));
        byte[] state = Take()!;
        using var full = new LivingGroups(_clock, 1, () => { });
        full.QueueChanges();
        Assert.True(new BucketGroupEntry().TryMerge(state, _clock.Now, false, full));
        Assert.Single(full.Changes!);

        Assert.False(new BucketGroupEntry().TryMerge(state, _clock.Now, false, full));
        Assert.Single(full.Changes!);
    }

    [Fact]
    public void A_replica_has_only_the_buckets_that_survive_a_crash_and_none_that_has_decayed()
    {
        GroupRules lost = new([new BucketRule("a", s_rules.Rules[0].Rule) { Survive = Survive.None }], new(1, 0));
        Execute(BucketOperation.Acquire(lost, 1));
        Assert.Null(Take());

        Execute(BucketOperation.Acquire(s_rules, 1));
        var restored = new BucketGroup();
        GroupSnapshot.Restore(restored, Take()!, _clock.Now);
        Assert.Equal(One.Bucket, Assert.Single(restored.Usage(_clock.Now)).Bucket);

        _time.Advance(TimeSpan.FromSeconds(60));
        _group.MarkChanged(_groups);
        Assert.Null(Take());
    }

    [Fact]
    public void A_storage_and_a_replica_see_each_change_once()
    {
        GroupRules kept = new([new BucketRule(One.Bucket, s_rules.Rules[0].Rule) { Survive = Survive.Restart }], new(1, 0));
        Execute(BucketOperation.Acquire(kept, 1));
        Assert.NotNull(Take());
        Assert.True(_group.TryTakeForStorage(Survive.Restart, _clock, out GroupReplica stored));
        Assert.Equal((true, false), (stored.State is not null, stored.Returned));
        Assert.False(_group.TryTakeForStorage(Survive.Restart, _clock, out _));

        Assert.True(_group.Reset(_groups));
        Assert.True(_group.TryTakeForStorage(Survive.Restart, _clock, out stored));
        Assert.Equal((null, true), (stored.State, stored.Returned));
        Assert.True(_group.TryTakeReplica(Survive.Crash, _clock, out GroupReplica replica));
        Assert.True(replica.Returned);

        _group.MarkNotStored(returned: true);
        Assert.False(_group.TryTakeReplica(Survive.Crash, _clock, out _));
        Assert.True(_group.TryTakeForStorage(Survive.Restart, _clock, out stored));
        Assert.True(stored.Returned);
    }

    [Fact]
    public void A_group_that_was_reset_and_has_ended_still_reports_that_permits_were_returned()
    {
        Execute(BucketOperation.Acquire(s_rules, 1));
        Take();
        Assert.True(_group.Reset(_groups));
        Assert.True(_group.TryEnd(_groups));

        Assert.True(Assert.Single(Drain()).TryTakeReplica(Survive.Crash, _clock, out GroupReplica replica));
        Assert.Equal((null, true), (replica.State, replica.Returned));
    }

    private void Execute(in BucketOperation operation) => Assert.True(_group.TryExecute(operation, _groups, out _));

    private void AssertChanged(bool returned)
    {
        Assert.Same(_group, Assert.Single(Drain()));
        Assert.True(_group.TryTakeReplica(Survive.Crash, _clock, out GroupReplica replica));
        Assert.Equal(returned, replica.Returned);
    }

    private byte[]? Take()
    {
        Assert.Same(_group, Assert.Single(Drain()));
        Assert.True(_group.TryTakeReplica(Survive.Crash, _clock, out GroupReplica replica));
        return replica.State;
    }

    private List<BucketGroupEntry> Drain()
    {
        var drained = new List<BucketGroupEntry>();
        while (_groups.Changes!.TryDequeue(out BucketGroupEntry? changed))
        {
            drained.Add(changed);
        }

        return drained;
    }
}
