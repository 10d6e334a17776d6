using static OrleansLimiter.Core.Tests.InProcess;

namespace OrleansLimiter.Core.Tests;

public sealed class BoundTests : IDisposable
{
    private static readonly GroupRules Minute = Rules(Algorithm.FixedWindow, permits: 5);
    private static readonly GroupRules Second = Rules(Algorithm.FixedWindow, permits: 5, seconds: 1);

    private readonly InProcess _store = new(maxGroups: 20);

    [Fact]
    public void Above_the_bound_a_new_key_is_refused_and_existing_keys_continue()
    {
        Fill(20, Minute);

        GroupReply reply = _store.Acquire(20, Minute);

        Assert.Equal((GroupOutcome.Unavailable, GroupNotes.TooManyGroups, 0), (reply.Outcome, reply.Notes, reply.Readings.Count));
        Assert.Equal((1, 20, 20), (_store.Living.BoundReached, _store.Living.Count, _store.Living.Max));
        Assert.Equal((GroupOutcome.Allowed, 3), (_store.Acquire(0, Minute).Outcome, _store.Read(0, Minute).Remaining()));
    }

    [Fact]
    public void Reading_a_new_key_is_never_refused_by_the_bound()
    {
        Fill(20, Minute);

        Assert.Equal((GroupOutcome.Allowed, 5), (_store.Read(20, Minute).Outcome, _store.Read(20, Minute).Remaining()));
        Assert.Equal(0, _store.Living.BoundReached);
    }

    [Fact]
    public void Near_the_bound_the_sweep_removes_decayed_groups_within_a_second()
    {
        Fill(18, Second);

        _store.Advance(1);

        Assert.Equal(0, _store.Living.Count);
        Fill(20, Minute);
        Assert.Equal((0, 20), (_store.Living.BoundReached, _store.Living.Count));
    }

    [Fact]
    public void Threads_that_create_too_many_groups_create_exactly_the_bound()
    {
        int opened = 0;

        ConcurrencyTests.Run(thread =>
        {
            for (int i = 0; i < 20; i++)
            {
                GroupReply reply = _store.Acquire(thread * 20 + i, Minute);
                Interlocked.Add(ref opened, reply.Outcome == GroupOutcome.Allowed ? 1 : 0);
            }
        });

        Assert.Equal((20, 20), (opened, _store.Living.Count));
        Assert.Equal(140, _store.Living.BoundReached);
    }

    [Theory]
    [InlineData(5, 6)]
    [InlineData(0, 1)]
    public void An_acquisition_that_can_never_succeed_creates_no_group(int permits, int cost)
    {
        GroupReply reply = _store.Acquire(0, Rules(Algorithm.TokenBucket, permits), cost);

        Assert.Equal((GroupOutcome.Refused, Verdict.Never), (reply.Outcome, reply.Readings[0].Verdict));
        Assert.Equal(0, _store.Living.Count);
    }

    [Fact]
    public void Reading_committing_and_canceling_create_no_group()
    {
        _store.Read(0, Minute);
        _store.Commit(0, OperationId.New());
        _store.Cancel(0, Minute, OperationId.New());

        Assert.Equal(0, _store.Living.Count);
    }

    [Fact]
    public void A_reset_group_lives_until_the_sweep()
    {
        _store.Acquire(0, Minute, 5);

        Assert.Equal(1, _store.Reset(0));
        Assert.Equal(1, _store.Living.Count);

        _store.Advance(10);
        Assert.Equal(0, _store.Living.Count);
        Assert.Equal(0, _store.Reset(0));
    }

    [Fact]
    public void At_the_bound_a_joint_acquisition_with_a_new_group_is_not_executed_and_one_of_existing_groups_is()
    {
        Fill(19, Minute);
        GroupRequest account = new(Key(0), BucketOperation.Acquire(Minute, 1));
        GroupRequest endpoint = new(GroupKey.ForEndpoint("policy", Key(0).Account, "e", ""), account.Operation);
        GroupRequest burst = new(GroupKey.ForBurst("policy", Key(0).Account, "e", "1"), account.Operation);

        Assert.Null(_store.AcquireAll(burst, endpoint, account));

        Assert.Equal((19, 4), (_store.Living.Count, _store.Read(0, Minute).Remaining()));
        Assert.Single(_store.Usage(0));
        Assert.Equal([4, 3], _store.AcquireAll(endpoint, account)!.Select(reply => reply.Remaining()));
        Assert.Equal([3, 2], _store.AcquireAll(endpoint, account)!.Select(reply => reply.Remaining()));
        Assert.Equal((20, 0), (_store.Living.Count, _store.Living.BoundReached));
    }

    [Fact]
    public void Threads_whose_joint_acquisitions_create_too_many_groups_create_no_more_than_the_bound_and_acquire_all_or_nothing()
    {
        long opened = 0;

        ConcurrencyTests.Run(thread =>
        {
            for (int i = 0; i < 20; i++)
            {
                GroupKey account = Key(thread * 20 + i);
                var acquire = BucketOperation.Acquire(Minute, 1);
                GroupKey endpoint = GroupKey.ForEndpoint("policy", account.Account, "e", "");
                GroupReply[]? replies = _store.AcquireAll(new(endpoint, acquire), new(account, acquire));
                Interlocked.Add(ref opened, replies is null ? 0 : 2);
                Assert.Equal(replies is null ? 5 : 4, _store.Read(account, Minute).Remaining());
            }
        });

        Assert.InRange(_store.Living.Count, 2, 20); // two that try at once may both fail for the last places
        Assert.Equal((opened, 0), (_store.Living.Count, _store.Living.BoundReached));
    }

    [Fact]
    public void Refused_joint_acquisitions_leave_nothing_in_the_store()
    {
        IBucketStore store = _store.Store;
        var acquire = BucketOperation.Acquire(Minute, 6);
        for (int i = 0; i < 100; i++)
        {
            GroupKey account = Key(i);
            GroupKey endpoint = GroupKey.ForEndpoint("policy", account.Account, "e", "");
            GroupReply[] replies = _store.AcquireAll(new(endpoint, acquire), new(account, acquire))!;
            Assert.All(replies, reply => Assert.Equal(GroupOutcome.Refused, reply.Outcome));
            Assert.False(store.TryAcquireAll([account], [Minute], 1, new Reading[1], out _));
        }

        Assert.Equal(0, _store.Living.Count);
        Assert.False(store.TryAcquire(Key(0), Minute, 1, out _, out object? hint));
        Assert.Null(hint); // the key is unknown
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_bound_below_one_is_refused(int maxGroups) =>
        Assert.Throws<ArgumentOutOfRangeException>("maxGroups", () => new InProcessBucketStore(new(new FakeTime()), maxGroups));

    public void Dispose() => _store.Dispose();

    private void Fill(int groups, GroupRules rules)
    {
        for (int i = 0; i < groups; i++)
        {
            Assert.Equal(GroupOutcome.Allowed, _store.Acquire(i, rules).Outcome);
        }
    }
}
